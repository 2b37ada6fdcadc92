// What a second user tries at an app that keeps its own login, at dial 8 on a pool of 2: to read rows of the first one.
import http from 'node:http'
import { connect } from 'node:net'
import type { Express, Request, Response } from 'express'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../src/config/config.js'
import { actAs } from '../../src/core/context.js'
import { createApp as createRecipes } from './app/app.js'
import recipesConfig from './app/usertwo.config.js'
import { type AtSix, ask, atSix } from './at-six.js'
import { createApp as createBooks } from './jwt-app/app.js'
import booksConfig from './jwt-app/usertwo.config.js'

type Headers = Record<string, string>
interface Outcome {
  status: number
  body: string
}

const PASSWORD = 'first person'

type Stored = <Row>(sql: string) => Promise<Row[]>

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What `auth.user` answers instead; undefined: as it is adopted. */
let odd: { value: unknown } | undefined

const APPS = [
  {
    name: 'sessions',
    createApp: createRecipes,
    config: recipesConfig,
    schema: new URL('./app/schema.sql', import.meta.url),
    login: '/login',
    list: '/api/recipes',
    titled: 'Recipe ',
    held: ({ headers }: Awaited<ReturnType<typeof ask>>): Headers => ({
      cookie: headers.getSetCookie()[0]!.split(';')[0]!,
    }),
    forged: async (stored: Stored): Promise<Headers[]> => {
      const rows = await stored<{ sid: string }>("select sid from session where sess->>'userId' = '1'")
      return rows.flatMap(({ sid }) =>
        [sid, `s:${sid}`, `s:${sid}.${'A'.repeat(43)}`].map((value) => ({
          cookie: `connect.sid=${encodeURIComponent(value)}`,
        })),
      )
    },
  },
  {
    name: 'tokens',
    createApp: createBooks,
    config: booksConfig,
    schema: new URL('./jwt-app/schema.sql', import.meta.url),
    login: '/auth/login',
    list: '/api/books',
    titled: 'Book ',
    held: ({ body }: Awaited<ReturnType<typeof ask>>): Headers => ({
      authorization: `Bearer ${body.data.token}`,
    }),
    forged: async (): Promise<Headers[]> =>
      [{ alg: 'none' }, { alg: 'HS256', kid: '1' }].map((header) => ({
        authorization: `Bearer ${[header, { sub: '1' }].map(encoded).join('.')}.`,
      })),
  },
]

describe.each(APPS)('a second user, at an app with $name', (given) => {
  const { list, titled, login } = given
  let app: AtSix
  let admin: pg.Client
  let first: Headers
  let second: Headers

  const stored = <Row>(sql: string) =>
    actAs({ kind: 'system', reason: 'test' }, async () => (await admin.query(sql)).rows as Row[])
  const send = (method: string, path: string, as: Headers, body?: unknown) =>
    ask(app.url + path, method, { accept: 'application/json', ...as }, body)
  const loggedIn = async (email: string, password: string) =>
    given.held(await send('POST', login, {}, { email, password }))
  const isOfFirst = (text: string) => new RegExp(`"title":"${titled}\\d`).test(text)

  beforeAll(async () => {
    const config = {
      ...given.config,
      auth: {
        ...given.config.auth,
        // Logins with a wrong password are sent here between the others, and not to guess.
        login: { ...given.config.auth.login, throttle: false },
        register: { post: '/upsert' },
        user: (req: never) =>
          odd
            ? typeof odd.value === 'function'
              ? odd.value()
              : odd.value
            : (given.config.auth.user as (req: never) => unknown)(req),
      },
    } as unknown as ConfigInput
    app = await atSix((pool) => given.createApp(pool, (own) => upsert(own, pool)), config, {
      schema: given.schema,
      max: 2,
      dial: 8,
      env: { LOG_LEVEL: 'fatal' },
    })
    admin = new pg.Client(app.database.adminUrl)
    await admin.connect()
    await stored(`insert into users (email, password_hash, name)
      select 'second@example.com', password_hash, 'Second' from users where id = 1`)
    first = await loggedIn('first@example.com', PASSWORD)
    second = await loggedIn('second@example.com', PASSWORD)
    for (let n = 0; n < 3; n++) await send('POST', list, second, { title: `Of second ${n}` })
  })
  afterAll(async () => {
    odd = undefined
    await admin?.end()
    await app?.stop()
  })

  it('gets own rows alone by one connection that both users share, one request behind the other', async () => {
    const asked = Array.from({ length: 60 }, (_, n) => (n % 2 ? second : first))
    const answers = await pipelined(
      app.url,
      asked.map((as) => requestText(list, as)),
    )
    expect(answers).toHaveLength(asked.length)
    for (const [n, { status, body }] of answers.entries()) {
      expect(status).toBe(200)
      expect(isOfFirst(body), `answer ${n}`).toBe(asked[n] === first)
      expect(body.includes('Of second'), `answer ${n}`).toBe(asked[n] === second)
    }
  })

  it('gets own rows alone among requests that break off, logins and registrations', async () => {
    const wrong: string[] = []
    let own = 0
    const reads = async () => {
      for (let n = 0; n < 30; n++) {
        const as = n % 2 ? second : first
        const { status, body } = await send('GET', list, as)
        const text = JSON.stringify(body)
        if (status !== 200 || isOfFirst(text) !== (as === first)) wrong.push(`${status} ${text.slice(0, 80)}`)
        else own++
      }
    }
    const breaks = async () => {
      for (let n = 0; n < 40; n++) await brokenOff(app.url + list, n % 2 ? first : second, n % 7)
    }
    const logins = async () => {
      for (let n = 0; n < 8; n++) {
        const as = await loggedIn('first@example.com', PASSWORD)
        await send('POST', login, second, { email: 'first@example.com', password: 'a wrong one' })
        await send('POST', '/upsert', as, { email: `n${n}@example.com`, hash: 'of a new one' })
        await send('POST', '/logout', as)
      }
    }
    await Promise.all([reads(), reads(), breaks(), breaks(), logins()])
    expect(wrong).toEqual([])
    expect(own).toBe(60)
  })

  it('gets nothing by a forged login, an ETag of the first one, or the connection that the first one leaves', async () => {
    const tag = (await send('GET', list, first)).headers.get('etag')
    if (tag) expect((await send('GET', list, { ...second, 'if-none-match': tag })).status).toBe(200)
    for (const as of await given.forged(stored))
      expect((await send('GET', list, as)).status, JSON.stringify(as)).toBe(401)
    const over = await loggedIn('first@example.com', PASSWORD)
    const answers = await pipelined(app.url, [
      requestText(list, over),
      requestText('/logout', over, 'POST'),
      requestText(list, {}),
      requestText(list, second),
    ])
    expect(answers.map(({ body }) => isOfFirst(body))).toEqual([true, false, false, false])
    expect(answers[2]!.status).toBe(401)
  })

  it('overwrites no account by a registration, logged in or not, or with a chosen key', async () => {
    const before = await stored('select * from users where id = 1')
    const values = { email: 'first@example.com', hash: 'taken over' }
    for (const as of [{}, second])
      for (const body of [values, { ...values, id: 1 }, { ...values, email: 'new@example.com', id: 1 }]) {
        const answer = await send('POST', '/upsert', as, body)
        expect(answer.body, JSON.stringify(body)).not.toMatchObject({ rows: [{}] })
      }
    expect(await stored('select * from users where id = 1')).toEqual(before)
  })

  it.each([
    ['a word of the setting', 'system'],
    ['another one', 'none'],
    ['the same with a space', ' system'],
    ['in upper case', 'SYSTEM'],
    ['no user', 0],
    ['a negative key', -1],
    ['a list', [1]],
    ['an object that reads as a key', { toString: () => '1' }],
    ['true', true],
    ['no number', Number.NaN],
    ['a broken number', 1.5],
    ['two keys', '1,2'],
    ['SQL', '1 or true'],
    ['a NUL', '1\0'],
    ['an empty text', ''],
    ['nothing', undefined],
    ['a promise of a list', Promise.resolve([1])],
    ['a promise that fails', () => Promise.reject(new Error('no'))],
  ])('gets no row where auth.user answers %s', async (_, value) => {
    odd = { value }
    try {
      const answers = await Promise.all(Array.from({ length: 6 }, () => send('GET', list, second)))
      for (const { status, body } of answers) {
        expect(isOfFirst(JSON.stringify(body))).toBe(false)
        expect(JSON.stringify(body)).not.toContain('Of second')
        if (status === 200) expect(body).toEqual([])
      }
    } finally {
      odd = undefined
    }
    expect((await send('GET', list, first)).body.length).toBeGreaterThanOrEqual(20)
  })
})

/** A registration as some write it: who is there already is changed. */
function upsert(app: Express, pool: pg.Pool): void {
  app.post('/upsert', async (req: Request, res: Response) => {
    const { id, email, hash } = req.body
    const columns = id ? 'id, email, password_hash' : 'email, password_hash'
    const values = id ? [id, email, hash] : [email, hash]
    const places = values.map((_, at) => `$${at + 1}`)
    try {
      const { rows } = await pool.query(
        `insert into users (${columns}) values (${places}) on conflict (${id ? 'id' : 'email'})
         do update set password_hash = excluded.password_hash returning *`,
        values,
      )
      res.json({ rows })
    } catch (error) {
      res.status(400).json({ refused: (error as { code?: string }).code })
    }
  })
}

const requestText = (path: string, headers: Headers, method = 'GET') =>
  `${method} ${path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\ncontent-length: 0\r\n${Object.entries(
    headers,
  )
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

/** Sends all requests on one connection at once, and reads the answers in order. */
async function pipelined(url: string, requests: readonly string[]): Promise<Outcome[]> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.write(requests.join('').replace(/\r\n\r\n$/, '\r\nconnection: close\r\n\r\n'))
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  return text
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .map((one) => ({ status: Number(one.slice(9, 12)), body: one.slice(one.indexOf('\r\n\r\n') + 4) }))
}

/** Begins a request, and ends its connection after some milliseconds. */
function brokenOff(url: string, headers: Headers, after: number): Promise<void> {
  return new Promise((resolve) => {
    const request = http.get(url, { headers, agent: false }, (answer) => answer.resume())
    request.on('error', () => resolve())
    request.on('close', () => resolve())
    setTimeout(() => request.destroy(), after)
  })
}
