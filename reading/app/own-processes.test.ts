import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readApp } from './app.js'
import { ownProcesses } from './own-processes.js'

const DB = "const { Pool } = require('pg')\nmodule.exports = new Pool()"
const SERVER = "const app = require('express')()\nconst db = require('./db')\napp.listen(3000)"
const LOOP =
  "const db = require('./db')\nasync function loop() { await db.query('select 1'); setTimeout(loop, 5000) }\nloop()"

async function found(files: Record<string, string>, start = 'node server.js') {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-processes-'))
  try {
    const all = {
      'package.json': JSON.stringify({ scripts: { start, worker: 'node worker.js', once: 'node once.js' } }),
      'db.js': DB,
      'server.js': SERVER,
      ...files,
    }
    for (const [file, text] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
    return ownProcesses(await readApp(folder)).map(({ at }) => at)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test.each([
  ['by a timer that begins itself again', LOOP],
  ['by a loop', "const db = require('./db')\n;(async () => { while (true) await db.query('select 1') })()"],
  [
    'by a schedule',
    "const db = require('./db')\nrequire('node-cron').schedule('* * * * *', () => db.query('select 1'))\nconst cron = require('node-cron')\ncron.schedule('* * * * *', () => db.query('select 1'))",
  ],
])('a program beside the server that goes on running is found: %s', async (_how, text) => {
  expect(await found({ 'worker.js': text })).toEqual(['worker.js:1'])
})

test('none is found where it is a script, has no database, starts the layers, or is a part of the server', async () => {
  expect(await found({ 'once.js': "require('./db').query('select 1')" })).toEqual([])
  expect(await found({ 'worker.js': 'setInterval(() => console.log(1), 1000)' })).toEqual([])
  const layered = `const { startWorker } = require('usertwo')\n${LOOP}`
  expect(await found({ 'worker.js': layered })).toEqual([])
  expect(await found({ 'worker.js': LOOP, 'server.js': `require('./worker')\n${SERVER}` })).toEqual([])
})
