// What listens to an answer runs for the user that the answer is for, also when a client leaves.
import { once } from 'node:events'
import http from 'node:http'
import express from 'express'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { scope } from '../../src/index.js'
import { type Login, type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const ROUNDS = 100

let app: WrappedApp
let pool: pg.Pool
const failed: unknown[] = []

beforeAll(async () => {
  app = await wrappedApp(() => {
    const inner = express()
    const note = (text: string) =>
      pool.query('insert into notes (text) values ($1)', [text]).catch((error) => failed.push(error))
    inner.get('/stream', (req, res) => {
      res.on('close', () => note(`left ${req.query.who}`))
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.write('data: 1\n\n')
    })
    inner.get('/short', (req, res) => {
      res.on('finish', () => note(`read ${req.query.who}`))
      res.json({})
    })
    return inner
  })
  pool = scope(new pg.Pool({ connectionString: app.urls.url, max: 2 }))
})
afterAll(async () => {
  await pool?.end()
  await app?.dispose()
})

const agent = new http.Agent({ keepAlive: true, maxSockets: 2 })

/** Sends a request over one of two kept connections; a stream is left at its first piece. */
async function ask({ id, token }: Login, path: string): Promise<void> {
  const request = http.get(`${app.url}${path}?who=${id}`, {
    agent,
    headers: { authorization: `Bearer ${token}` },
  })
  const [res] = (await once(request, 'response')) as [http.IncomingMessage]
  if (path === '/short') return void (await once(res.resume(), 'end'))
  await once(res, 'data')
  res.destroy()
}

test(`in ${ROUNDS} rounds of two users that leave streams and read short answers`, async () => {
  for (let round = 0; round < ROUNDS; round++)
    await Promise.all(app.people.flatMap((who) => ['/stream', '/short'].map((path) => ask(who, path))))
  const found = () => app.stored(`select text, user_id, count(*)::int from notes group by 1, 2 order by 1`)
  const expected = ['left', 'read'].flatMap((what) =>
    [1, 2].map((id) => ({ text: `${what} ${id}`, user_id: id, count: ROUNDS })),
  )
  await vi.waitFor(async () => expect(await found()).toEqual(expected), 10_000)
  expect(failed).toEqual([])
})
