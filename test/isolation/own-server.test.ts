import { once } from 'node:events'
import { createServer } from 'node:http'
import { finished, PassThrough } from 'node:stream'
import express from 'express'
import type { Knex } from 'knex'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { currentUser } from '../../src/index.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const LARGE = Buffer.alloc(400_000, 'x')
let app: WrappedApp
let ticks: Promise<unknown>[] = []
let timer: NodeJS.Timeout

/**
 * Handlers that read their body by the events of Node, as uploads do, and a timer made while the app starts.
 */
function makeApp(db: Knex) {
  const inner = express()
  const notes = () => db('notes').pluck('user_id')
  timer = setInterval(() => ticks.push(notes().then(String, ({ code }) => code)), 20)
  const answer = (res: express.Response) => async () => {
    res.json({ who: currentUser()?.id ?? null, owners: await notes().catch(({ code }) => code) })
  }
  inner.post('/end', (req, res) => void req.resume().on('end', answer(res)))
  inner.post('/finished', (req, res) => void finished(req.resume(), answer(res)))
  inner.post('/pipe', (req, res) => void req.pipe(new PassThrough()).resume().on('end', answer(res)))
  inner.post('/health', (req, res) => void req.resume().on('end', answer(res)))
  return inner
}

beforeAll(async () => {
  app = await wrappedApp(makeApp, {
    config: { startup: 'system', routes: { public: ['POST /health'] } },
    // As an app does that has https or sockets: the toolkit's own listen is never called.
    async serve(wrapped) {
      const server = createServer(wrapped).listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    },
  })
  await app.stored("insert into notes (text, user_id) values ('a', 1), ('b', 2)")
})
afterAll(async () => {
  clearInterval(timer)
  await app?.dispose()
})

const post = async (path: string, id?: number) => {
  const who = app.people.find((person) => person.id === id)
  const answer = await fetch(`${app.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/octet-stream',
      ...(who && { authorization: `Bearer ${who.token}` }),
    },
    body: LARGE,
  })
  return answer.json()
}

test.each(['/end', '/finished', '/pipe'])(
  'what comes of a large body at %s is still the work of who sent it',
  async (path) => {
    const answers = await Promise.all([2, 1, 2, 1, 2].map((id) => post(path, id)))
    expect(answers).toEqual([2, 1, 2, 1, 2].map((id) => ({ who: id, owners: [id] })))
  },
)

test('of a public route it runs without a user', async () => {
  expect(await post('/health')).toEqual({ who: null, owners: 'no_current_user' })
})

test('a timer of the start runs without a user after the first request', async () => {
  await post('/end', 1)
  ticks = []
  await expect.poll(() => ticks.length).toBeGreaterThan(2)
  expect(new Set(await Promise.all(ticks))).toEqual(new Set(['no_current_user']))
})
