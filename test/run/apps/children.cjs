// Processes and a thread that are given an environment of their own.
const { execFileSync, fork, spawnSync } = require('node:child_process')
const { Worker } = require('node:worker_threads')

const poor = { DATABASE_URL: process.env.DATABASE_URL, ENVIRONMENT: 'test' }
const env = { ...poor, JWT_SECRET: process.env.JWT_SECRET }
const file = `${__dirname}/asks.cjs`
const tell = (what) => (text) => console.log(`${what}: ${String(text).replace(/\s+/g, ' ').trim()}`)

tell('at once')(execFileSync(process.execPath, [file], { env }))
tell('without a secret')(spawnSync(process.execPath, [file], { env: poor }).stderr)
fork(file, [], { env, execArgv: [], silent: true }).stdout.on('data', tell('fork'))
new Worker(file, { env, stdout: true }).stdout.on('data', tell('thread'))
