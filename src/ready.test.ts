import express from 'express'
import request from 'supertest'
import { expect, test } from 'vitest'
import { parseConfig } from './config/config.js'
import { asInnerApp } from './express/inner-app.js'
import { isDeclared } from './express/matched.js'
import { type Readiness, readyRoute } from './ready.js'

const config = parseConfig({ app: { start: ['node', 'a.js'] }, owner: { id: 1 }, users: { table: 'users' } })
const open: Readiness = { ready: true, dial: 8, registration: 'open' }

function wrapped(readiness: Readiness, inner = express(), given = config) {
  const outer = express()
  outer.use(
    readyRoute(
      given,
      async () => readiness,
      (path) => isDeclared(asInnerApp(inner), path),
    ),
  )
  outer.use((req, res) => inner(req, res))
  return outer
}

test('says that the app serves, and who may register', async () => {
  const answer = await request(wrapped(open)).get('/ready').expect(200)
  expect(answer.body).toEqual(open)
  expect(answer.headers['cache-control']).toBe('no-store')
})

test('says why registration is closed', async () => {
  const closed: Readiness = { ready: true, dial: 8, registration: 'closed', why: 'the schema has changed' }
  expect((await request(wrapped(closed)).get('/ready').expect(200)).body).toEqual(closed)
})

test('is 503 while the database is away, and says so', async () => {
  const away: Readiness = { ...open, ready: false, why: 'the database does not answer' }
  expect((await request(wrapped(away)).get('/ready').expect(503)).body).toEqual(away)
})

test('is 503 until the database has been looked at', async () => {
  await request(wrapped({ ...open, ready: false }))
    .get('/ready')
    .expect(503)
})

test('leaves every other path and method to the app', async () => {
  for (const path of ['/READY', '/ready/', '//ready', '/ready/x'])
    await request(wrapped(open)).get(path).expect(404)
  await request(wrapped(open)).post('/ready').expect(404)
})

test('leaves the path to an app that has a route there, added later too', async () => {
  const inner = express()
  const outer = wrapped(open, inner)
  await request(outer).get('/ready').expect(200)
  inner.get('/ready', (_req, res) => void res.send('mine'))
  expect((await request(outer).get('/ready').expect(200)).text).toBe('mine')
})

test('leaves the path to an app that lists it as public', async () => {
  const listed = parseConfig({ ...config, routes: { public: ['GET /ready'] } })
  await request(wrapped(open, express(), listed))
    .get('/ready')
    .expect(404)
})
