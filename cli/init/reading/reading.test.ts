import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readForInit } from './reading.js'

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-reading-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

test.each([
  ['tsx src/index.ts', 'server.hardened.mjs', 'usertwo.config.mjs'],
  ['node -r ts-node/register src/index.ts', 'server.hardened.js', 'usertwo.config.cjs'],
])('of an app in CommonJS that %s starts, the entry is %s', async (start, entryFile, configFile) => {
  const folder = folderOf({
    'package.json': JSON.stringify({ scripts: { start }, dependencies: { express: '5', pg: '8' } }),
    'node_modules/tsx/package.json': '{}',
    'schema.sql': 'create table notes (id serial primary key)',
    'src/index.ts': `import express from 'express'\nimport { Pool } from 'pg'\nexport const pool = new Pool()
export const app = express()\napp.get('/notes', async (_req, res) => res.json(await pool.query('select * from notes')))
app.listen(process.env.PORT)`,
  })
  const read = await readForInit(folder, { run: false, 'keep-login': false })
  expect(read).toMatchObject({ entryFile, configFile, esm: /mjs$/.test(entryFile) })
})

test.each([
  ['the start alone loads a worker', 'server.js', "import './worker.js'\n", true],
  ['the app loads the worker itself', 'app.js', "import './worker.js'\n", false],
  ['the start has a timer', 'server.js', 'setInterval(() => console.log(1), 1000)\n', true],
  ['nothing runs outside of requests', 'server.js', '', false],
])(
  '%s: whether the entry runs the start itself, so that it is not left out',
  async (_, file, more, caught) => {
    const files: Record<string, string> = {
      'package.json': JSON.stringify({
        type: 'module',
        scripts: { start: 'node server.js' },
        dependencies: { express: '5', pg: '8', bullmq: '6' },
      }),
      'schema.sql': 'create table notes (id serial primary key)',
      'db.js': `import pg from 'pg'\nexport const pool = new pg.Pool()`,
      'worker.js': `import cron from 'node-cron'\ncron.schedule('0 6 * * *', work)`,
      'app.js': `import express from 'express'\nimport { pool } from './db.js'\nexport const app = express()
app.get('/notes', async (_req, res) => res.json((await pool.query('select * from notes')).rows))`,
      'server.js': `import http from 'node:http'\nimport { app } from './app.js'\nhttp.createServer(app).listen(process.env.PORT)`,
    }
    const folder = folderOf({ ...files, [file]: more + files[file] })
    const read = await readForInit(folder, { run: false, 'keep-login': false })
    expect(read.caught).toBe(caught)
  },
)

const GUARDED_APP = `const express = require('express')
const { pool } = require('./db')
const { startJobs } = require('./jobs')
const app = express()
app.get('/notes', async (_req, res) => res.json((await pool.query('select * from notes')).rows))
`
const JOBS = `const sweep = () => {}
function every() {
  setInterval(sweep, 1000)
}
exports.startJobs = () => every()
exports.sweep = sweep`

/** Reads an app that has the jobs beside it. */
const readWithJobs = (files: Record<string, string>) =>
  readForInit(
    folderOf({
      'package.json': JSON.stringify({
        scripts: { start: 'node server.js' },
        dependencies: { express: '5', pg: '8' },
      }),
      'schema.sql': 'create table notes (id serial primary key)',
      'db.js': `const { Pool } = require('pg')\nexports.pool = new Pool()`,
      'jobs.js': JOBS,
      ...files,
    }),
    { run: false, 'keep-login': false },
  )

test.each([
  ['in the callback of listen', 'app.listen(process.env.PORT, () => startJobs())', true],
  ['before it listens', 'startJobs()\n  app.listen(process.env.PORT)', true],
  ['itself', 'setInterval(() => console.log(1), 1000)\n  app.listen(process.env.PORT)', true],
  ['not at all', 'app.listen(process.env.PORT, () => console.log(1))', false],
])('a file that listens only as the main one and begins jobs there %s', async (_, guarded, caught) => {
  const read = await readWithJobs({
    'server.js': `${GUARDED_APP}if (require.main === module) {\n  ${guarded}\n}\nmodule.exports = app`,
  })
  expect(read.caught).toBe(caught)
})

test('a start whose app loads the jobs as well, and which alone begins them, is run itself', async () => {
  const read = await readWithJobs({
    'app.js': `${GUARDED_APP.replace('startJobs', 'sweep')}app.post('/sweep', () => sweep())\nmodule.exports = app`,
    'server.js': `const app = require('./app')\nconst jobs = require('./jobs')\napp.listen(process.env.PORT, () => jobs.startJobs())`,
  })
  expect(read.caught).toBe(true)
})

test('where nothing makes the tables, the advice keeps the notes of migrations that ran', async () => {
  const folder = folderOf({
    'package.json': JSON.stringify({
      scripts: { start: 'node server.js' },
      dependencies: { express: '5', pg: '8' },
    }),
    'server.js':
      "const app = require('express')()\nconst { Pool } = require('pg')\nconst pool = new Pool()\napp.get('/', async (_req, res) => res.json(await pool.query('select * from notes')))\napp.listen(process.env.PORT)",
  })
  await expect(readForInit(folder, { run: false, 'keep-login': false })).rejects.toThrow(
    /pg_dump --schema-only > schema\.sql\..*pg_dump --data-only --table=NAME >> schema\.sql/,
  )
})
