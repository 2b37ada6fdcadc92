import http, { createServer, get, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import axios from 'axios'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type WrappedApp, wrappedApp } from '../../../../test/support/wrapped-app.js'
import { currentUserId } from '../../../index.js'

let app: WrappedApp
/** Another program on this machine; what it was sent. */
const sent: IncomingMessage[] = []
const other = createServer((req, res) => {
  sent.push(req)
  res.end('{}')
})
const portOf = (of: { address(): unknown }) => (of.address() as AddressInfo).port

const collected = async (answer: Promise<IncomingMessage>): Promise<unknown> => {
  let text = ''
  for await (const part of await answer) text += part
  return JSON.parse(text)
}
const CLIENTS: Record<string, (url: string) => Promise<unknown>> = {
  fetch: async (url) => (await fetch(url)).json(),
  'fetch of a Request': async (url) => (await fetch(new Request(url, { headers: { accept: 'a/b' } }))).json(),
  axios: async (url) => (await axios.get(url, { validateStatus: () => true })).data,
  'http.get': (url) => collected(new Promise((done, fail) => get(url, done).on('error', fail))),
  'http.request with options': (url) => {
    const { hostname, port, pathname } = new URL(url)
    const how = { host: hostname, port, path: pathname }
    return collected(new Promise((done, fail) => request(how, done).on('error', fail).end()))
  },
  'http.request of the module': (url) =>
    collected(new Promise((done, fail) => http.request(new URL(url), {}, done).on('error', fail).end())),
}

beforeAll(async () => {
  await new Promise<void>((done) => void other.listen(0, '127.0.0.1', done))
  const make = () => {
    const own = express()
    own.get(
      '/api/me',
      (req, res) => void res.json({ me: currentUserId(), header: req.headers.authorization }),
    )
    own.get('/private/me', (_req, res) => void res.json({ me: currentUserId() }))
    own.get('/page/:client', async (req, res) => {
      const { at = `http://localhost:${req.socket.localPort}/api/me` } = req.query
      await new Promise(setImmediate)
      res.json(await CLIENTS[req.params.client]!(String(at)))
    })
    own.get('/given', async (req, res) => {
      const url = `http://127.0.0.1:${req.socket.localPort}/api/me`
      res.json(await (await fetch(url, { headers: { authorization: 'Bearer of-the-app' } })).json())
    })
    return own
  }
  const config = { auth: { ownCalls: ['/api'] }, routes: { public: ['GET /health', 'GET /page/fetch'] } }
  app = await wrappedApp(make, { users: 3, config })
}, 120_000)
afterAll(async () => {
  other.close()
  await app?.dispose()
})

const shown = async (user: number | null, path: string) =>
  (await app.ask(user === null ? null : app.people[user - 1]!, 'GET', path)).json()

test('each client of HTTP carries the login of the request that the app handles, for users at once', async () => {
  for (const client of Object.keys(CLIENTS)) {
    const users = [1, 2, 3, 2, 1, 3, 3, 1]
    const answers = await Promise.all(users.map((user) => shown(user, `/page/${encodeURIComponent(client)}`)))
    // The app does not see the login either.
    expect(answers, client).toEqual(users.map((me) => ({ me })))
  }
})

test('nothing is carried without a login, to another path, or over one that the app gives', async () => {
  const port = portOf(app.server)
  const refused = { code: 'authentication_required' }
  expect(await shown(null, '/page/fetch')).toMatchObject(refused)
  for (const client of Object.keys(CLIENTS)) {
    const to = (path: string) => `/page/${encodeURIComponent(client)}?at=http://127.0.0.1:${port}${path}`
    expect(await shown(2, to('/private/me')), client).toMatchObject(refused)
    expect(await shown(2, to('/api/../private/me')), client).toMatchObject(refused)
    expect(await shown(2, to('/api/auth/me')), client).toMatchObject(refused)
  }
  expect(await shown(2, '/given')).toMatchObject(refused)
})

test('nothing is carried to another port or host', async () => {
  for (const client of Object.keys(CLIENTS))
    await shown(2, `/page/${encodeURIComponent(client)}?at=http://localhost:${portOf(other)}/api/me`)
  const named = `http://127.0.0.2:${portOf(app.server)}/api/me`
  expect((await app.ask(app.people[1]!, 'GET', `/page/fetch?at=${named}`)).status).not.toBe(200)
  expect(sent).toHaveLength(Object.keys(CLIENTS).length)
  expect(sent.filter(({ headers }) => headers.authorization)).toEqual([])
})
