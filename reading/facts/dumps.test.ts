import { expect, test } from 'vitest'
import { fileParser } from '../syntax/sources.js'
import { findDumps } from './dumps.js'

const dumpsIn = async (text: string) => findDumps([(await fileParser('.'))('app.js', text)])

test.each([
  ["execFile('pg_dump', ['--format=custom', url], done)", 'pg_dump'],
  ['exec(`pg_dump $' + '{url}`, done)', 'pg_dump'],
  ["spawn('/usr/bin/pg_dumpall')", 'pg_dumpall'],
  ["await run('pg_dump -Fc app')", 'pg_dump'],
])('names a route that runs %s, which answers 200 with the error inside', async (call, program) => {
  const text = `import express from 'express'
const app = express()
app.get('/backup', async (req, res) => {
  ${call}
  res.json({ error: 'in here' })
})`
  expect(await dumpsIn(text)).toEqual([{ at: 'app.js:4', program, routes: ['GET /backup'] }])
})

test('names one that no route reaches by its place', async () => {
  const text = "export const nightly = () => spawnSync('pg_dump')"
  expect(await dumpsIn(text)).toEqual([{ at: 'app.js:1', program: 'pg_dump', routes: [] }])
})

test('ignores a word in a message, and other programs', async () => {
  expect(await dumpsIn("log('use pg_dump'); exec('git log'); spawn('pg_isready')")).toEqual([])
})
