import express5, { type ErrorRequestHandler } from 'express'
import request from 'supertest'
import { afterEach, describe, expect, test } from 'vitest'
import { express4 } from '../../../../test/support/express4.js'
import { type Hardened, hardened } from '../../../../test/support/hardened.js'

let running: Hardened | undefined
afterEach(() => running?.dispose())

describe.each([
  ['4', express4],
  ['5', express5],
])('an app of Express %s that answers its every error with 500', (_, express) => {
  const app = express()
  const answer: ErrorRequestHandler = (error, _req, res, _next) => {
    res.status(500).json({ mine: true, message: error.message, error })
  }
  app.post('/notes', express.json({ limit: 100 }), (req, res) => {
    if (req.body.fail) throw Object.assign(new Error('mine'), { status: 400, expose: true })
    res.json({ read: true })
  })
  app.use(answer)

  test.each([
    ['malformed JSON', 400, 'application/json', '{"title": "x'],
    ['a body too large', 413, 'application/json', JSON.stringify({ title: 'x'.repeat(200) })],
    ['an unknown charset', 415, 'application/json; charset=utf-99', '{"title": "x"}'],
  ])('answers %s as the client’s fault, in usertwo’s words', async (_what, status, type, body) => {
    running = hardened(app)
    const got = await request(running.server).post('/notes').set('content-type', type).send(body)
    expect(got.status).toBe(status)
    expect(got.body.mine).toBe(true)
    expect(got.text).not.toContain('title')
  })

  test('answers a body that is not compressed as declared in the same way', async () => {
    running = hardened(app)
    for (const coding of ['gzip', 'deflate']) {
      const packed = { 'content-type': 'application/json', 'content-encoding': coding }
      expect((await request(running.server).post('/notes').set(packed).send('plain text')).status).toBe(400)
    }
  })

  test('answers its own errors with 500', async () => {
    running = hardened(app)
    const got = await request(running.server).post('/notes').send({ fail: true })
    expect(got.status).toBe(500)
    expect((await request(running.server).post('/notes').send({ a: 1 })).body).toEqual({ read: true })
  })
})
