import express from 'express'
import request from 'supertest'
import { afterEach, describe, expect, it } from 'vitest'
import { type Hardened, hardened } from '../../../../test/support/hardened.js'

const CANARY = 'zebra-7Qx!kiwi'
const open: Hardened[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose()
})

/** An app that answers every POST with this status and body, and the lines that were logged for one. */
async function answering(status: number, body: (sent: Record<string, unknown>) => unknown) {
  const app = express()
  app.use(express.json())
  app.post('/', (req, res) => {
    const said = body(req.body)
    if (said instanceof Error) throw said
    res.status(status).send(said)
  })
  const one = hardened(app)
  open.push(one)
  return {
    one,
    async post(sent: object) {
      const answer = await request(one.server).post('/').send(sent)
      const lines = one.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
      return { answer, taken: lines.filter(({ msg }) => msg === 'taken out of an answer') }
    },
  }
}

describe('what is removed from an error answer', () => {
  it('is in one line of the log, under the id that the answer has', async () => {
    const { post } = await answering(500, () => ({
      detail: 'relation "threads" does not exist',
      errors: [{ message: 'No', stack: 'Error: No\n    at f (/srv/app/x.js:1:2)' }],
      code: '42P01',
      routine: 'parserOpenTable',
      severity: 'ERROR',
    }))
    const { answer, taken } = await post({})
    expect(answer.body).toEqual({ errors: [{ message: 'No' }] })
    expect(taken).toHaveLength(1)
    expect(taken[0]).toMatchObject({
      level: 'warn',
      requestId: answer.headers['x-request-id'],
      status: 500,
      taken: {
        detail: 'relation "threads" does not exist',
        'errors[0].stack': expect.stringContaining('/srv/app/x.js:1:2'),
        code: '42P01',
      },
    })
  })

  it('is the whole page if the app answers its error as a page', async () => {
    const { post } = await answering(500, () => new Error('relation "threads" does not exist'))
    const { answer, taken } = await post({})
    expect(answer.text).not.toContain('threads')
    expect(taken[0]).toMatchObject({ status: 500, taken: { answer: expect.stringContaining('threads') } })
  })

  it('is masked: no password of the request, no connection string', async () => {
    const { one, post } = await answering(500, ({ password }) => ({
      detail: `insert into "users" ("secret") values ('${password}') - postgres://app:${CANARY}@db/app`,
      error: `login of ${password} failed (28P01)`,
    }))
    const { taken } = await post({ password: `${CANARY}-2` })
    expect(taken[0]).toMatchObject({
      taken: { detail: expect.stringContaining('insert into'), error: 'login of [redacted] failed (28P01)' },
    })
    expect(one.lines.join('')).not.toContain(CANARY)
  })

  it('is only named where it repeats what was sent', async () => {
    const { one, post } = await answering(422, (sent) => ({
      errors: [{ message: 'Required', input: sent }],
      body: sent,
    }))
    const { taken } = await post({ title: CANARY })
    expect(taken[0]).toMatchObject({
      level: 'info',
      taken: { 'errors[0].input': '[as it was sent]', body: '[as it was sent]' },
    })
    expect(one.lines.join('')).not.toContain(CANARY)
  })

  it('holds no piece of a body that could not be read', async () => {
    const { one } = await answering(500, () => 'not reached')
    const answer = await request(one.server).post('/').type('json').send(`"${CANARY}`)
    expect(answer.status).toBe(400)
    const broken = await request(one.server).post('/').type('json').send(`{"password":${CANARY}}`)
    expect(broken.status).toBe(400)
    const log = one.lines.join('')
    expect(log).toContain('is not valid JSON')
    expect(log).not.toContain('zebra')
  })

  it('is cut where it is long', async () => {
    const { one, post } = await answering(500, () => ({ stack: 'x'.repeat(300_000) }))
    const { taken } = await post({})
    expect(taken).toHaveLength(1)
    expect(one.lines.join('').length).toBeLessThan(10_000)
  })

  it('makes no line if nothing was removed', async () => {
    const { post } = await answering(500, () => ({ detail: 'Internal server error' }))
    expect((await post({})).taken).toEqual([])
  })
})
