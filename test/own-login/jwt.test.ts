// The reading list, whose login answers with a token of its own, at phase 6.
import jwt from 'jsonwebtoken'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../src/config/config.js'
import { ALL_APART, type AtSix, ask as askAt, askedAtOnce, atSix } from './at-six.js'
import { createApp } from './jwt-app/app.js'
import asAdopted from './jwt-app/usertwo.config.js'

const SECRET = 'a secret of the app that signs tokens'

let app: AtSix
beforeAll(async () => {
  app = await atSix(createApp, asAdopted as unknown as ConfigInput, {
    schema: new URL('./jwt-app/schema.sql', import.meta.url),
    max: 2,
    env: { APP_SIGNING_KEY: SECRET },
  })
})
afterAll(() => app?.stop())

const ask = (token: string | null, method: string, path: string, body?: unknown) =>
  askAt(app.url + path, method, token === null ? {} : { authorization: `Bearer ${token}` }, body)

async function loggedIn(email: string, password: string): Promise<string> {
  const answer = await ask(null, 'POST', '/auth/login', { email, password })
  expect(answer).toMatchObject({ status: 200 })
  return answer.body.data.token
}

describe('an app whose login answers with its own token, at phase 6', () => {
  let first: string
  let second: string

  beforeAll(async () => {
    const [email, password] = ['second@example.com', 'second person']
    const answer = await ask(null, 'POST', '/auth/register', { email, password, name: 'Second' })
    expect(answer).toMatchObject({ status: 201, body: { id: 2 } })
    first = await loggedIn('first@example.com', 'first person')
    second = await loggedIn(email, password)
  })

  it('lets the token through to the app, and gives each user their own rows', async () => {
    expect((await ask(second, 'GET', '/api/me')).body).toMatchObject({ id: 2, name: 'Second' })
    const list = await ask(first, 'GET', '/api/books')
    expect(list.body).toHaveLength(20)
    expect(list.headers.get('vary')).toMatch(/authorization/i)
    expect((await ask(second, 'GET', '/api/books')).body).toEqual([])
  })

  it('refuses a request without a token, and with one that the app does not accept', async () => {
    const forged = jwt.sign({}, 'another secret', { subject: '1' })
    const expired = jwt.sign({}, SECRET, { subject: '1', expiresIn: -1 })
    for (const token of [null, 'x', forged, expired])
      for (const path of ['/api/me', '/api/books', '/api/books/1'])
        expect(await ask(token, 'GET', path), `${path} with ${token}`).toMatchObject({ status: 401 })
    expect((await ask(forged, 'GET', '/health')).status).toBe(200)
    expect((await ask(null, 'GET', '/')).body).toContain('Reading list')
  })

  it('answers 400 requests of two users at once on a pool of 2 with own rows alone', async () => {
    for (let n = 0; n < 20; n++) await ask(second, 'POST', '/api/books', { title: `Of second ${n}` })
    const ids = async (token: string) =>
      ((await ask(token, 'GET', '/api/books')).body as { id: number }[]).map(({ id }) => id)
    const own = new Map([
      [first, await ids(first)],
      [second, await ids(second)],
    ])
    for (const id of own.get(second)!) await ask(second, 'POST', `/api/books/${id}/notes`, { text: 'a note' })
    const counts = await askedAtOnce(own, async (token, id, children) => {
      const { status, body } = await ask(token, 'GET', `/api/books/${id}${children ? '/notes' : ''}`)
      return children ? Array.isArray(body) && body.some((row) => row.book_id === id) : status === 200
    })
    expect(counts).toEqual(ALL_APART)
  })

  it('refuses to change, delete or extend a row of another user', async () => {
    expect((await ask(second, 'PUT', '/api/books/1', { title: 'mine' })).status).toBe(404)
    expect((await ask(second, 'DELETE', '/api/books/1')).status).toBe(404)
    expect((await ask(second, 'DELETE', '/api/notes/1')).status).toBe(404)
    expect((await ask(second, 'POST', '/api/books/1/notes', { text: 'mine' })).status).toBe(404)
    expect((await ask(first, 'GET', '/api/books/1')).body).toMatchObject({ title: 'Book 1' })
  })
})
