import express5, { type ErrorRequestHandler, type RequestHandler } from 'express'
import request from 'supertest'
import { afterEach, describe, expect, test } from 'vitest'
import { express4 } from '../../../../test/support/express4.js'
import { type Hardened, hardened } from '../../../../test/support/hardened.js'
import { type WrappedApp, wrappedApp } from '../../../../test/support/wrapped-app.js'

const DRIVER = 'select * from "users" where "id" = $1 - invalid input syntax for type integer: "x"'
const fails: RequestHandler = () => {
  throw Object.assign(new Error(DRIVER), { code: '22P02', severity: 'ERROR', routine: 'pg_strtoint32' })
}
const errorHandler: ErrorRequestHandler = (error, _req, res, _next) =>
  void res.status(error.status ?? 500).json({ error: error.message, stack: error.stack, code: error.code })
const LEAK = /select|syntax|hunter2|\bat \S+:\d+/

const open: (Hardened | WrappedApp)[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose()
})

describe.each([
  ['4', express4],
  ['5', express5],
])('the app’s own answers below auth.mount and auth.pages, on Express %s', (_version, express) => {
  const app = () => {
    const own = express()
    own.use(express.json())
    own.get('/auth/page', (_req: unknown, res: express5.Response) => void res.type('html').send('<p>a</p>'))
    own.get('/:a/:b/:c', fails)
    own.get('/:a/:b', fails)
    own.use(errorHandler)
    return own
  }

  test.each(['2', '3'])('errors are cleaned as everywhere else at dial %s', async (dial) => {
    const one = hardened(app(), { env: { USERTWO_PHASE: dial } })
    open.push(one)
    for (const path of ['/api/notes/x', '/api/auth/x', '/auth/x']) {
      const failed = await request(one.server).get(path)
      expect([path, failed.status]).toEqual([path, 500])
      expect(failed.text, path).not.toMatch(LEAK)
      const refused = await request(one.server)
        .post(path)
        .set('content-type', 'application/json')
        .send('{"password":"hunter2hunter2" x')
      expect([path, refused.status]).toEqual([path, 400])
      expect(refused.text, path).not.toMatch(LEAK)
    }
    expect(JSON.stringify(one.lines)).toContain('invalid input syntax')
  })

  test('pages get the policy of the app’s pages', async () => {
    const one = hardened(app())
    open.push(one)
    const { headers } = await request(one.server).get('/auth/page').expect(200)
    expect(headers['content-security-policy']).toBeUndefined()
    expect(headers['content-security-policy-report-only']).toMatch(/default-src/)
  })
})

test('at dial 6 only usertwo’s own answers below its addresses stay as they are', async () => {
  const one = await wrappedApp((db) => {
    const own = express5()
    own.use(express5.json())
    own.get(
      '/:a/:b/:c',
      async (req, res) => void res.json(await db('notes').whereRaw('id = ?', [req.params.c])),
    )
    own.use(errorHandler)
    return own
  })
  open.push(one)
  for (const path of ['/api/notes/x', '/api/auth/x', '/auth/zzz/x']) {
    const answer = await one.ask(one.people[1]!, 'GET', path)
    expect([path, answer.status]).toEqual([path, 500])
    expect(await answer.text(), path).not.toMatch(/select|invalid input|\bat \S+:\d+/)
  }
  const own = await one.ask(null, 'POST', '/api/auth/login', { email: 1 })
  expect(await own.json()).toMatchObject({
    code: 'invalid_request',
    errors: [{ field: 'email' }, { field: 'password' }],
  })
})
