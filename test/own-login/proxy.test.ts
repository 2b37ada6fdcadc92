// The bookshelf behind a proxy that logs its users in, at phase 6: several users at once, and forged headers.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import express, { type Express, type Request } from 'express'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConfigInput, parseConfig } from '../../src/config/config.js'
import { actAs, currentUserId } from '../../src/core/context.js'
import { migrateTo } from '../../src/migrate.js'
import { freshDatabase } from '../support/postgres.js'
import { ALL_APART, type AtSix, askedAtOnce, atSix } from './at-six.js'
import { createApp } from './proxy-app/app.js'

const config: ConfigInput = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { books: { owner: 'user_id' }, quotes: { owner: 'user_id' } },
  routes: { public: ['GET /health', 'GET /shown', 'GET /mounted'] },
  spa: false,
  auth: {
    by: 'app',
    proxy: { header: 'Remote-Email', from: ['127.0.0.1'], is: 'email', more: ['remote-groups'] },
  },
}

let app: AtSix

/** What of the headers of a proxy reaches the app. */
const shown = (req: Request) => ({
  headers: [req.headers['remote-email'] ?? null, req.headers['remote-groups'] ?? null],
  distinct: [req.headersDistinct['remote-email'] ?? null, req.headersDistinct['remote-groups'] ?? null],
  raw: req.rawHeaders.filter((one) => /^remote-/i.test(one)),
  got: req.get('Remote-Email') ?? null,
})
const NOTHING = { headers: [null, null], distinct: [null, null], raw: [], got: null }

function shows(own: Express): void {
  own.get('/shown', (req, res) => void res.json(shown(req)))
  own.use(
    '/mounted',
    express.Router().use((req, res) => void res.json(shown(req))),
  )
}

interface Sent {
  /** the address of the connection; default: the one that is believed */
  from?: string
  method?: string
  body?: unknown
}

/** Sends a request with its headers as they are written here, and reads the answer. */
async function send(
  path: string,
  lines: readonly string[],
  { from = '127.0.0.1', method = 'GET', body }: Sent = {},
) {
  const { port } = new URL(app.url)
  const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: from })
  const text = body === undefined ? '' : JSON.stringify(body)
  const sent = body === undefined ? [] : ['content-type: application/json', `content-length: ${text.length}`]
  const connection = lines.some((line) => /^connection:/i.test(line)) ? [] : ['connection: close']
  const head = [`${method} ${path} HTTP/1.1`, 'host: localhost', ...connection, ...sent, ...lines]
  socket.write(`${head.join('\r\n')}\r\n\r\n${text}`, 'latin1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
    // A refused upgrade leaves the connection open for a while.
    if (connection.length === 0) socket.destroy()
  })
  await once(socket, 'close')
  const [top = '', ...rest] = answer.split('\r\n\r\n')
  const json = /\{.*\}|\[.*\]/s.exec(rest.join('\r\n\r\n'))?.[0]
  return {
    status: Number(top.split(' ')[1]),
    head: top.toLowerCase(),
    body: json ? JSON.parse(json) : rest.join(),
  }
}

const as = (email: string) => [`Remote-Email: ${email}`]
const FIRST = 'first@example.com'
const SECOND = 'second@example.com'

/** As superuser, past everything. */
async function stored(sql: string): Promise<void> {
  const admin = new pg.Client(app.database.adminUrl)
  await admin.connect()
  await actAs({ kind: 'system', reason: 'test' }, () => admin.query(sql))
  await admin.end()
}

// Before an app is wrapped: from then on this process queries as its user.
it.each([
  ['name', /auth\.proxy\.is: public\.users\.name is not unique, and a lookup reads one row/],
  ['login', /auth\.proxy\.is: public\.users has no column login/],
])('does not migrate to a header that holds %s, which leads to no one row', async (is, why) => {
  const database = await freshDatabase()
  const client = new pg.Client(database.url)
  await client.connect()
  const schema = readFileSync(new URL('proxy-app/schema.sql', import.meta.url), 'utf8')
  await client.query(schema)
  await client.end()
  const proxy = { header: 'remote-user', from: ['127.0.0.1'], is }
  const wanted = parseConfig({ ...config, auth: { by: 'app', proxy } })
  await expect(migrateTo(database, wanted, 6)).rejects.toThrow(why)
})

describe('an app behind a proxy that logs in, at phase 6', () => {
  beforeAll(async () => {
    app = await atSix((pool) => createApp(pool, shows), config, {
      schema: new URL('proxy-app/schema.sql', import.meta.url),
      max: 2,
      // It counts for limits; which address is believed it must not change.
      env: { RATE_LIMIT_ENABLED: 'false', TRUST_PROXY: '1' },
    })
    app.server.on('upgrade', (_req, socket) => {
      socket.end(`HTTP/1.1 101 Switching Protocols\r\nuser: ${currentUserId()}\r\n\r\n`)
    })
    await stored(
      `insert into users (email, name) values ('${SECOND}', 'Second'), ('two words', ''), ('m\u00fcller@example.com', ''), ('a,b', '')`,
    )
  }, 120_000)
  afterAll(() => app?.stop())

  it('takes the user from the header of the proxy, and gives each their own rows', async () => {
    expect(await send('/api/me', as(FIRST))).toMatchObject({ status: 200, body: { id: 1, name: 'First' } })
    expect(await send('/api/me', as(SECOND))).toMatchObject({ status: 200, body: { id: 2, name: 'Second' } })
    expect((await send('/api/books', as(FIRST))).body).toHaveLength(20)
    expect((await send('/api/books', as(SECOND))).body).toEqual([])
    const page = await send('/', as(FIRST))
    expect(page.body).toContain('Books of First')
    expect(page.head).toContain('cache-control: no-store')
    expect(page.head).toMatch(/vary: .*remote-email/)
  })

  it('answers 400 requests of two users at once with own rows alone', async () => {
    for (let n = 0; n < 20; n++) {
      const made = await send('/api/books', as(SECOND), { method: 'POST', body: { title: `Of second ${n}` } })
      await send(`/api/books/${made.body.id}/quotes`, as(SECOND), {
        method: 'POST',
        body: { text: 'a quote' },
      })
    }
    const ids = async (user: string) =>
      ((await send('/api/books', as(user))).body as { id: number }[]).map(({ id }) => id)
    const own = new Map([
      [FIRST, await ids(FIRST)],
      [SECOND, await ids(SECOND)],
    ])
    const counts = await askedAtOnce(own, async (user, id, children) => {
      const { status, body } = await send(`/api/books/${id}${children ? '/quotes' : ''}`, as(user))
      return children ? Array.isArray(body) && body.some((row) => row.book_id === id) : status === 200
    })
    expect(counts).toEqual(ALL_APART)
  })

  it('believes the header from no other address, whatever the client says of itself', async () => {
    for (const more of [
      [],
      ['X-Forwarded-For: 127.0.0.1'],
      ['Forwarded: for=127.0.0.1'],
      ['X-Real-IP: 127.0.0.1'],
      ['X-Forwarded-For: 127.0.0.1, 127.0.0.1', 'X-Forwarded-For: 127.0.0.1'],
    ]) {
      const forged = [...as(FIRST), 'Remote-Groups: admins', ...more]
      for (const path of ['/', '/api/me', '/api/books', '/api/books/1'])
        expect(await send(path, forged, { from: '127.0.0.2' }), `${path} ${more}`).toMatchObject({
          status: 401,
        })
      for (const path of ['/shown', '/mounted'])
        expect((await send(path, forged, { from: '127.0.0.2' })).body, path).toEqual(NOTHING)
    }
    // The proxy itself says for whom it forwards.
    expect(await send('/api/me', [...as(FIRST), 'X-Forwarded-For: 203.0.113.9'])).toMatchObject({
      status: 200,
    })
    expect((await send('/shown', [...as(FIRST), 'Remote-Groups: admins'])).body).toMatchObject({
      headers: [FIRST, 'admins'],
      got: FIRST,
    })
  })

  it.each([
    ['no header', []],
    ['an empty header', ['Remote-Email:']],
    ['an empty header and a name', ['Remote-Email:', ...as(FIRST)]],
    ['two headers', [...as(FIRST), ...as(SECOND)]],
    ['the same header twice, in two cases', [...as(FIRST), `REMOTE-EMAIL: ${FIRST}`]],
    ['a list', as(`${FIRST}, ${SECOND}`)],
    ['a list without space', as(`${FIRST},${SECOND}`)],
    ['a name that has a comma, and a row', as('a,b')],
    ['other capitals', as('First@Example.com')],
    ['a user who is not in the table', as('third@example.com')],
    ['a pattern', as('%')],
    ['a name in quotes', as(`"${FIRST}"`)],
    ['SQL', as(`' or true --`)],
    ['a name in latin1, and a row', as('m\u00fcller@example.com')],
    ['a space that does not break', as(`${FIRST}\u00a0`)],
    ['another header that is alike', [`Remote_Email: ${FIRST}`, `X-Remote-Email: ${FIRST}`]],
  ] as [string, string[]][])('knows no user by %s, and shows the app no header', async (_, lines) => {
    for (const path of ['/', '/api/me', '/api/books/1'])
      expect(await send(path, lines), path).toMatchObject({ status: 401 })
    expect((await send('/shown', [...lines, 'Remote-Groups: admins'])).body).toEqual(NOTHING)
  })

  it('takes a name with a space in it, and space around it as no part of it', async () => {
    expect((await send('/api/me', as('two words'))).body).toMatchObject({ email: 'two words' })
    expect((await send('/api/me', [`Remote-Email: \t ${FIRST} \t`])).body).toMatchObject({ id: 1 })
    expect((await send('/api/me', [`rEMOTE-eMAIL: ${FIRST}`])).body).toMatchObject({ id: 1 })
  })

  it('takes an upgrade as the user of its header, and refuses it without a believed one', async () => {
    const upgrade = [
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: x',
    ]
    expect(await send('/live', [...upgrade, ...as(FIRST)], { from: '127.0.0.2' })).toMatchObject({
      status: 401,
    })
    expect(await send('/live', [...upgrade, ...as(SECOND)])).toMatchObject({
      status: 101,
      head: expect.stringContaining('user: 2'),
    })
    expect(await send('/live', upgrade)).toMatchObject({ status: 401 })
    expect(await send('/live', [...upgrade, ...as('third@example.com')])).toMatchObject({ status: 401 })
  })

  it('answers 503 where the user cannot be looked up, and shows a public route no header', async () => {
    await stored('alter table users rename to people')
    expect(await send('/api/books', as(FIRST))).toMatchObject({ status: 503 })
    expect(await send('/shown', [...as(FIRST), 'Remote-Groups: admins'])).toMatchObject({
      status: 200,
      body: NOTHING,
    })
    await stored('alter table people rename to users')
    expect(await send('/api/me', as(FIRST))).toMatchObject({ status: 200 })
  })
})
