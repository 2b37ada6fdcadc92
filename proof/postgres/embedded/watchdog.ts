import { type ChildProcess, spawn } from 'node:child_process'
import type { OsUser } from './os-user.js'

/** The orders for the watchdog. `remove` lists folders to delete once the server has ended. */
export interface Watched {
  command: string
  args: string[]
  account: OsUser | null
  env: Record<string, string>
  remove: string[]
}

// The server is the watchdog's child, and the watchdog's stdin is a pipe held by this process. However this
// process ends, kill -9 included, the system closes the pipe; the watchdog then stops the server. It leads a
// process group of its own, so that Ctrl-C in a terminal reaches the app first and the server afterwards.
// SIGINT is PostgreSQL's fast shutdown; SIGQUIT and SIGKILL follow if it hangs.
const SCRIPT = `
const { spawn } = require('node:child_process')
const { rmSync } = require('node:fs')
const { command, args, account, env, remove } = JSON.parse(process.argv[1])
const server = spawn(command, args, { ...account, env, cwd: '/', stdio: ['ignore', 2, 2] })
const after = (ms, signal) => setTimeout(() => server.kill(signal), ms).unref()
let ending = false
function end() {
  if (ending) return
  ending = true
  server.kill('SIGINT')
  after(10000, 'SIGQUIT')
  after(15000, 'SIGKILL')
}
function gone(code) {
  for (const path of remove) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  process.exit(code)
}
server.on('error', (error) => { console.error(error.message); gone(1) })
server.on('exit', (code) => gone(code ?? 1))
process.stderr.on('error', () => {})
process.stdin.on('end', end).on('error', end).resume()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
`

/** Starts the server under a watchdog. Closing the child's stdin stops the server. */
export function startWatched(watched: Watched): ChildProcess {
  const env = { PATH: process.env.PATH ?? '' }
  return spawn(process.execPath, ['-e', SCRIPT, JSON.stringify(watched)], {
    env,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
}
