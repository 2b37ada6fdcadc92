import { execFileSync } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../src/config/config.js'
import { migrateTo } from '../src/migrate.js'
import { freshDatabase } from './support/postgres.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const config = { app: { start: ['node', 'app.js'] }, owner: { id: 1 }, users: { table: 'users' } }

/** An app by pg, wrapped as it is packed, that serves one request and prints which packages were loaded by then. */
const APP = `
import { createRequire } from 'node:module'
import express from 'express'
import { usertwo } from ${JSON.stringify(pathToFileURL(`${ROOT}/dist/src/index.js`))}
const { cache } = createRequire(import.meta.url)
const app = express()
app.get('/health', (req, res) => res.json({ ok: true }))
const wrapped = usertwo(app, ${JSON.stringify({ ...config, routes: { public: ['GET /health'] } })})
const server = await wrapped.listen(0, '127.0.0.1')
const { status } = await fetch('http://127.0.0.1:' + server.address().port + '/health')
const loads = (name) => Object.keys(cache).some((file) => file.includes('/node_modules/' + name + '/'))
console.log(JSON.stringify({ status, pg: loads('pg'), knex: loads('knex') }))
process.exit()
`

let url = ''

beforeAll(async () => {
  const database = await freshDatabase()
  const client = new pg.Client(database.url)
  await client.connect()
  await client.query('create table users (id serial primary key); insert into users default values')
  await client.end()
  await migrateTo(database, parseConfig(config), 8)
  url = database.url
})

test.each([
  [0, false],
  [3, false],
  [4, true],
])('at dial %i an app that serves without knex has loaded it: %s', (dial, knex) => {
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', APP], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...process.env,
      ENVIRONMENT: 'test',
      USERTWO_PHASE: String(dial),
      DATABASE_URL: url,
      JWT_SECRET: 'k3Vw9qTz7LmX2bRf8HsYc4NdJp6GuEa1',
      LOG_LEVEL: 'error',
    },
  })
  expect(JSON.parse(said.trim().split('\n').at(-1)!)).toEqual({ status: 200, pg: true, knex })
})
