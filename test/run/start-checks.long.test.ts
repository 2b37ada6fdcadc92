// Whatever an app listens with and whenever its database comes: it is not served before its start was checked.
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import express from 'express'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort } from '../../proof/postgres/free-port.js'
import { parseConfig } from '../../src/config/config.js'
import { withClient } from '../../src/database/with-client.js'
import { migrateTo } from '../../src/migrate.js'
import { usertwo } from '../../src/wrap.js'
import { build } from '../support/built.js'
import { type Running, startUnedited } from '../support/unedited.js'
import { type NotesDatabase, notesDatabase } from '../support/wrapped-app.js'

const PRODUCTION = {
  ENVIRONMENT: 'production',
  ALLOWED_HOSTS: 'localhost,127.0.0.1',
  CORS_ORIGINS: 'http://localhost:3000',
  LOG_LEVEL: 'warn',
}
const PLANTS = `create table plants (id serial primary key, name text); insert into plants (name) values ('fern')`

/** With rows of two users, of whom both can log in. */
let shared: NotesDatabase
/** Of one user, migrated further than the dial: its table has a column that the app does not know. */
let single: NotesDatabase
let running: Running | undefined
const ends: (() => unknown)[] = []

beforeAll(async () => {
  await build()
  shared = await notesDatabase(2, { routes: { public: ['GET /health'], debug: ['/debug'] } }, 8)
  await shared.stored(`insert into notes (text, user_id) values ('bread', 1), ('ours', 2)`)
  await shared.stored(`insert into usertwo.credentials (user_id, password_hash) values (2, 'none')`)
  single = await notesDatabase(1, {}, 5)
  await withClient(single.url, '', (client) => client.query(PLANTS))
  const tables = { notes: { owner: 'user_id' }, plants: { owner: 'user_id' } }
  await migrateTo(single, parseConfig({ ...single.config, tables }), 8)
})
afterEach(async () => {
  await running?.stop()
  for (const end of ends.splice(0)) await end()
})
afterAll(async () => {
  await shared?.end()
  await single?.end()
})

const edited = (env: Record<string, string | undefined>) => {
  running = startUnedited(['node', 'edited.mjs'], { SERVES: 'own', ...env }, { bare: true })
  return running
}
const answer = async (port: number, path: string, token?: string) => {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
  const got = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
  return [got.status, await got.json().catch(() => null)]
}

describe.each(['own', 'within'])('two edits, with a server of the app: %s', (SERVES) => {
  test.each(['0', '2', '5'])('at dial %s production with other users is not served', async (dial) => {
    const app = edited({ ...PRODUCTION, DATABASE_URL: shared.url, USERTWO_PHASE: dial, SERVES })
    const port = await app.port().catch(() => null)
    if (port) await answer(port, '/notes').catch(() => null)
    expect(await app.ended).toBe(1)
    expect(app.said()).toMatch(/1 person besides the owner/)
  })

  test.each(['0', '2'])('at dial %s added columns are not shown', async (dial) => {
    const app = edited({ DATABASE_URL: single.url, USERTWO_PHASE: dial, SERVES, PLANTS: 'yes' })
    expect(await answer(await app.port(), '/plants')).toEqual([200, [{ id: 1, name: 'fern' }]])
  })
})

test('a server of the app has the limits of one by listen', async () => {
  const env = { USERTWO_PHASE: '2', ENVIRONMENT: 'test', DATABASE_URL: single.url }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const wrapped = usertwo(express(), single.config)
  const server = createHttpServer(wrapped).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    expect([server.headersTimeout, server.requestTimeout]).toEqual([20_000, 120_000])
  } finally {
    server.close()
    await wrapped.dispose()
    vi.unstubAllEnvs()
  }
})

describe.each([
  ['usertwo run', (env: Record<string, string>) => startUnedited(['node', 'listens.cjs'], env), '/notes'],
  ['two edits', (env: Record<string, string>) => edited(env), '/notes'],
] as const)('a database that comes after the app: %s', (_name, start, path) => {
  test.each(['0', '2'])('at dial %s production with other users ends', async (dial) => {
    const [url, come] = await comesLater(shared.url)
    running = start({ ...PRODUCTION, DATABASE_URL: url, USERTWO_PHASE: dial })
    const port = await running.port()
    if (dial === '2') expect((await answer(port, '/ready'))[0]).toBe(503)
    await come()
    expect(await running.ended).toBe(1)
    expect(running.said()).toMatch(/1 person besides the owner/)
    await expect(answer(port, path)).rejects.toThrow()
  })
})

test.each(['0', '2'])('at dial %s a late database gets its added columns left out', async (dial) => {
  const [url, come] = await comesLater(single.url)
  running = startUnedited(['node', 'plants.cjs'], {
    DATABASE_URL: url,
    USERTWO_PHASE: dial,
    LOG_LEVEL: 'info',
  })
  const port = await running.port()
  await come()
  await expect
    .poll(() => answer(port, '/plants'), { timeout: 10_000 })
    .toEqual([200, [{ id: 1, name: 'fern' }]])
  if (dial === '2') expect(await answer(port, '/ready')).toMatchObject([200, { ready: true }])
})

describe.each([
  ['in the environment', { USERTWO_PHASE: '8' }],
  ['read by the app', { USERTWO_PHASE: undefined, LATE_PHASE: '8' }],
])('a thread that begins as the app loads, the dial %s', (_where, dial) => {
  test.each([undefined, 'yes'])('reads no row of another user (connects at once: %s)', async (begins) => {
    const env = { ...dial, DATABASE_URL: shared.url, THREAD: 'yes', THREAD_BEGINS: begins }
    const port = await edited(env).port()
    for (const { token } of shared.people)
      expect(await answer(port, '/thread/1', token)).toEqual([200, 'unhooked_library'])
  })
})

test('below phase 6 a thread that begins as the app loads asks as before', async () => {
  const env = { USERTWO_PHASE: undefined, LATE_PHASE: '2', DATABASE_URL: single.url, THREAD: 'yes' }
  await single.stored(`insert into notes (text, user_id) values ('bread', 1)`)
  const port = await edited({ ...env, THREAD_BEGINS: 'yes' }).port()
  expect(await answer(port, '/thread/1')).toEqual([200, [{ text: 'bread' }]])
})

describe.each(['', 'system'])('a server of HTTP/2 that speaks HTTP/1 too, startup %j', (STARTUP) => {
  const UPGRADE = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
  const CONTINUE =
    'POST /notes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx'
  const CONNECT = 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n'

  test('by two edits lets no upgrade pass without a login', async () => {
    const port = await edited({ DATABASE_URL: shared.url, SERVES: 'second', STARTUP }).port()
    for (const request of [UPGRADE, CONTINUE, CONNECT])
      expect(await raw(port, request)).toMatch(
        /^(HTTP\/1.1 100 Continue\s+)?HTTP\/1.1 (302|40[01]) (?!.*in memory)/s,
      )
  })

  test('by usertwo run answers 505 to everything', async () => {
    running = startUnedited(['node', 'second.mjs'], { DATABASE_URL: shared.url, STARTUP })
    const port = await running.port()
    for (const request of [UPGRADE, CONTINUE, CONNECT])
      expect(await raw(port, request)).toMatch(/^HTTP\/1.1 505/)
  })
})

/** A door to a database that is closed until `come`. */
async function comesLater(at: string): Promise<[url: string, come: () => Promise<void>]> {
  const { hostname, port } = new URL(at)
  const url = new URL(at)
  url.port = String(await freePort())
  const sockets = new Set<Socket>()
  const ignore = () => {}
  const door = createServer((socket) => {
    const behind = connect(Number(port), hostname).on('error', ignore)
    for (const one of [socket, behind]) sockets.add(one)
    socket.on('error', ignore).pipe(behind).pipe(socket)
  })
  ends.push(() => {
    for (const socket of sockets) socket.destroy()
    door.close()
  })
  return [url.href, () => new Promise((open) => door.listen(Number(url.port), '127.0.0.1', open))]
}

/** What a server of TLS says to one request by HTTP/1. */
function raw(port: number, request: string): Promise<string> {
  return new Promise((done) => {
    let said = ''
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    })
    socket.on('secureConnect', () => socket.write(request))
    socket.on('data', (data) => {
      said += data
      socket.end()
    })
    socket.on('error', () => {})
    socket.on('close', () => done(said))
    socket.setTimeout(3_000, () => socket.destroy())
  })
}
