import { expect, test } from 'vitest'
import { fileParser } from '../syntax/sources.js'
import { findDumps } from './dumps.js'

const dumpsIn = async (text: string) => findDumps([(await fileParser('.'))('app.js', text)])

test.each<[call: string, program: string, line?: number]>([
  ["execFile('pg_dump', ['--format=custom', url], done)", 'pg_dump'],
  ['exec(`pg_dump $' + '{url}`, done)', 'pg_dump'],
  ["spawn('/usr/bin/pg_dumpall')", 'pg_dumpall'],
  ["await run('pg_dump -Fc app')", 'pg_dump'],
  ['const command = `pg_dump $' + '{url} > $' + '{file}`\n  await execAsync(command)', 'pg_dump', 5],
  ['exec(`PGPASSWORD="$' + '{password}" pg_dump -h db app`, done)', 'pg_dump'],
  ["exec('PGUSER=app PGPASSWORD=' + password + ' pg_dump app', done)", 'pg_dump'],
  ["const program = process.env.PG_DUMP ?? 'pg_dump'\n  spawn(program, [url])", 'pg_dump', 5],
  ["exec(['pg_dump', '-Fc', url].join(' '), done)", 'pg_dump'],
  ["spawn('sh', ['-c', 'pg_dump app | gzip > a.gz'])", 'pg_dump'],
  ['await $`pg_dump $' + '{url}`', 'pg_dump'],
])('names a route that runs %s, which answers 200 with the error inside', async (call, program, line = 4) => {
  const text = `import express from 'express'
const app = express()
app.get('/backup', async (req, res) => {
  ${call}
  res.json({ error: 'in here' })
})`
  expect(await dumpsIn(text)).toEqual([{ at: `app.js:${line}`, program, routes: ['GET /backup'] }])
})

test('names one that no route reaches by its place', async () => {
  const text = "export const nightly = () => spawnSync('pg_dump')"
  expect(await dumpsIn(text)).toEqual([{ at: 'app.js:1', program: 'pg_dump', routes: [] }])
})

test('ignores a word in a message, and other programs', async () => {
  const others =
    "const words = 'pg_dump is not there'; log('use pg_dump', words); spawn('sh', ['-c', 'echo pg_dump'])"
  expect(await dumpsIn(`${others}; exec('git log'); spawn('pg_isready')`)).toEqual([])
})
