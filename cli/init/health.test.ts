import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../../proof/gate/app/http.js'
import { findHealth } from './health.js'
import { onceFollowed } from './reading/reading.js'
import { readsInSource } from './route-reads.js'

/** Each route with what it answers and the statement that it sends without a query. */
const ROUTES: [path: string, answer: string, statement: string | null, source: string][] = [
  ['/api/suggest', '[]', null, `req.query.q ? res.json(await words(req.query.q)) : res.json([])`],
  ['/version', '1', null, `res.send('1')`],
  ['/status', '3', 'select count(*) from notes', `res.send('3')`],
  ['/alive', 'bread', null, `res.send('ok')`],
  ['/up', 'ok', null, `req.get('x-all') ? res.json(process.memoryUsage()) : res.send('ok')`],
  ['/ping', 'ok', null, `req.url.includes('?') ? res.json(process.uptime()) : res.send('ok')`],
  ['/live', 'ok', null, `last ? res.json(last) : words('').then((rows) => res.json(rows))`],
  ['/heartbeat', 'ok', null, `require('./unknown').beat(req, res)`],
  ['/healthz', 'ok', 'select 1', `pool.query('select 1').then(() => res.send('ok'))`],
  ['/up/ready', 'ok', 'select 1', `guarded(() => pool.query('select 1').then(() => res.send('ok')), req)`],
]

const SOURCE = `const express = require('express')
const { Pool } = require('pg')
const pool = new Pool()
const app = express()
let last
app.use((req, res, next) => (console.log(req.url, req.headers), next()))
const guarded = (work, req) => work().catch((error) => console.error(error, req.params))
const words = async (q) => (await pool.query('select title from notes where title like $1', [q])).rows
${ROUTES.map(([path, , , source]) => `app.get('${path}', async (req, res) => ${source})`).join('\n')}
app.listen(3000)
`

let server: Server
let folder: string
const asked: { text: string; rows: number }[] = []
let names: string[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-health-'))
  writeFileSync(join(folder, 'package.json'), '{ "dependencies": { "express": "^5", "pg": "^8" } }')
  writeFileSync(join(folder, 'server.js'), SOURCE)
  const app = express()
  for (const [path, answer, text] of ROUTES)
    app.get(path, (_req, res) => {
      if (text) asked.push({ text, rows: 1 })
      if (path === '/version') names = ['full']
      res.send(answer)
    })
  server = app.listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
})
afterAll(() => {
  server?.close()
  rmSync(folder, { recursive: true })
})

const found = (...paths: string[]) => {
  const { port } = server.address() as { port: number }
  const line = (path: string) => SOURCE.split('\n').findIndex((one) => one.includes(`'${path}'`)) + 1
  const routes = paths.map((path) => ({ method: 'GET', path, at: `server.js:${line(path)}` }))
  const target = {
    ask: (method: string, path: string) => ask(`http://127.0.0.1:${port}`, method, path),
    statements: async () => asked.splice(0),
    namesRead: async () => ({ query: names.splice(0), body: [], headers: [] }),
  }
  const tables = ['notes']
  const reads = readsInSource(onceFollowed(folder), tables)
  const showsRow = (body: string) => body.includes('bread')
  return findHealth(routes, target, { tables, showsRow, reads })
}

test.each([
  ['/api/suggest', []],
  ['/version', [/it reads full of the request/]],
  ['/status', [/it queries notes/]],
  ['/alive', [/it shows values of rows/]],
  ['/up', [/it reads headers of the request/]],
  ['/ping', [/it reads url of the request/]],
  ['/live', [/it reads notes \(server\.js:8\)/]],
  ['/heartbeat', [/not all that it does is known/]],
])('%s is neither the health check nor public, and what is named for one is said', async (path, reasons) => {
  const { refused, ...health } = await found(path)
  expect(health).toMatchObject({ path: '/ready', public: false })
  expect(refused).toEqual(reasons.map((reason) => expect.stringMatching(reason)))
})

test('a route that is named for it and says only that it serves is the health check', async () => {
  for (const path of ['/healthz', '/up/ready'])
    expect(await found('/api/suggest', '/status', path)).toMatchObject({ path, public: true })
})

test('a route of the app at /ready leaves nothing to propose', async () => {
  expect(await found('/api/suggest', '/ready')).toMatchObject({ path: '/', public: false, sure: 'guess' })
})
