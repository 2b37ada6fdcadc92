// The reading list, whose login answers with a token of its own, at phase 6.
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import jwt from 'jsonwebtoken'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ConfigInput, parseConfig } from '../../src/config/config.js'
import { scope } from '../../src/index.js'
import { migrateTo } from '../../src/migrate.js'
import { enforce, provisional } from '../../src/phases/6-isolation/start/enforcement.js'
import { usertwo, type Wrapped } from '../../src/wrap.js'
import { freshDatabase } from '../support/postgres.js'
import { createApp } from './jwt-app/app.js'
import asAdopted from './jwt-app/usertwo.config.js'

const config = asAdopted as unknown as ConfigInput
const SCHEMA = readFileSync(new URL('./jwt-app/schema.sql', import.meta.url), 'utf8')
const SECRET = 'a secret of the app that signs tokens'

let url = ''
let pool: pg.Pool
let wrapped: Wrapped

beforeAll(async () => {
  const database = await freshDatabase()
  const plain = new pg.Client(database.url)
  await plain.connect()
  await plain.query(SCHEMA)
  await plain.end()
  await migrateTo(database, parseConfig(config), 6)
  const env = {
    ENVIRONMENT: 'test',
    USERTWO_PHASE: '6',
    DATABASE_URL: database.url,
    JWT_SECRET: 'k3Vw9qTz7LmX2bRf8HsYc4NdJp6GuEa1',
    APP_SIGNING_KEY: SECRET,
    LOG_LEVEL: 'error',
  }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  pool = scope(new pg.Pool({ connectionString: database.url, max: 2 }))
  wrapped = usertwo(createApp(pool), config)
  const server = await wrapped.listen(0, '127.0.0.1')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  await wrapped?.dispose()
  await pool?.end()
  enforce(provisional(parseConfig(config), 0))
  vi.unstubAllEnvs()
})

// As it was before the app was wrapped: from then on what this process sends is looked through for passwords.
const send = globalThis.fetch

async function ask(token: string | null, method: string, path: string, body?: unknown) {
  const answer = await send(url + path, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
  }
}

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
    const counts = { own: 0, foreign: 0, missing: 0, ownMissing: 0, foreignFound: 0, missingFound: 0 }
    const one = async (n: number) => {
      const [token, other] = n % 2 === 0 ? [first, second] : [second, first]
      const kind = (['own', 'foreign', 'missing'] as const)[n % 3]!
      const from = kind === 'missing' ? [999_999] : own.get(kind === 'own' ? token : other)!
      const id = from[n % from.length]!
      const path = n % 5 === 0 ? `/api/books/${id}/notes` : `/api/books/${id}`
      const { status, body } = await ask(token, 'GET', path)
      counts[kind]++
      const isFound = Array.isArray(body) ? body.some((row) => row.book_id === id) : status === 200
      if (kind === 'own' && !isFound) counts.ownMissing++
      if (kind === 'foreign' && isFound) counts.foreignFound++
      if (kind === 'missing' && isFound) counts.missingFound++
    }
    for (let at = 0; at < 400; at += 40) await Promise.all(Array.from({ length: 40 }, (_, n) => one(at + n)))
    expect(counts).toEqual({
      own: 134,
      foreign: 133,
      missing: 133,
      ownMissing: 0,
      foreignFound: 0,
      missingFound: 0,
    })
  })

  it('refuses to change, delete or extend a row of another user', async () => {
    expect((await ask(second, 'PUT', '/api/books/1', { title: 'mine' })).status).toBe(404)
    expect((await ask(second, 'DELETE', '/api/books/1')).status).toBe(404)
    expect((await ask(second, 'DELETE', '/api/notes/1')).status).toBe(404)
    expect((await ask(second, 'POST', '/api/books/1/notes', { text: 'mine' })).status).toBe(404)
    expect((await ask(first, 'GET', '/api/books/1')).body).toMatchObject({ title: 'Book 1' })
  })
})
