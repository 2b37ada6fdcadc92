import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { createRequire } from 'node:module'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../proof/postgres/free-port.js'
import { parseConfig } from '../../src/config/config.js'
import { withClient } from '../../src/database/with-client.js'
import { migrateTo } from '../../src/migrate.js'
import { build } from '../support/built.js'
import { APPS, CLI, type Running, startUnedited } from '../support/unedited.js'
import { type Login, type NotesDatabase, notesDatabase, SECRET } from '../support/wrapped-app.js'

const { allowedNodeEnvironmentFlags: flags } = process
/** What the permission model of this Node takes away and an app needs; empty: it has none. */
const PERMITTED = flags.has('--permission')
  ? [
      '--permission',
      '--allow-fs-read=*',
      '--allow-worker',
      ...(flags.has('--allow-net') ? ['--allow-net'] : []),
    ]
  : []
const WAYS = [
  ['CommonJS that listens as it is loaded', ['node', 'listens.cjs']],
  ['ESM, createServer after an awaited query, knex', ['node', 'creates-server.mjs']],
  ['Express 4, an app mounted in another, callbacks', ['node', 'sub-app.cjs']],
  ['pg-pool by itself, callbacks', ['node', 'pool.cjs']],
  ['a cluster', ['node', 'cluster.cjs']],
  ['a shell', ['sh', '-c', 'node listens.cjs']],
  ...(PERMITTED.length ? [['the permission model', ['node', ...PERMITTED, 'listens.cjs']] as const] : []),
] as const
const OWN = ['bread', 'milk', 'salt']

let database: NotesDatabase
let running: Running | undefined

beforeAll(async () => {
  await build()
  database = await notesDatabase(2, { routes: { public: ['GET /health'], debug: ['/debug'] } }, 8)
  await database.stored(`insert into notes (text, user_id) select unnest(array['${OWN.join("','")}']), 1`)
})
afterEach(() => running?.stop())
afterAll(() => database?.end())

async function start(command: readonly string[], how: { bare?: boolean } = {}, env = {}) {
  running = startUnedited(command, { DATABASE_URL: database.url, ...env }, how)
  const port = await running.port()
  return async (path: string, who?: Login) => {
    const headers = who && { authorization: `Bearer ${who.token}` }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
    const text = await answer.text()
    return { status: answer.status, body: text.startsWith('[') ? JSON.parse(text) : text }
  }
}

describe.each(WAYS)('an app as it is: %s', (_name, command) => {
  test('serves no anonymous request, and each user their own rows, however many send requests at once', async () => {
    const ask = await start(command)
    const [owner, other] = database.people
    expect((await ask('/health')).body).toBe('ok')
    expect((await ask('/notes')).status).toBe(401)
    expect((await ask('/debug/notes', owner)).status).toBe(404)
    const who = Array.from({ length: 60 }, (_, n) => (n % 3 ? owner! : other!))
    const answers = await Promise.all(who.map((one) => ask('/notes', one)))
    expect(answers.map(({ body }) => body)).toEqual(who.map((one) => (one === owner ? OWN : [])))
  })

  test('without the layers answers everybody with the rows of the owner', async () => {
    // What migrations have put around the rows does not show them to anybody: only the owner's are.
    const ask = await start(command, { bare: true })
    expect((await ask('/notes')).body).toEqual(OWN)
    expect((await ask('/debug/notes')).status).toBe(200)
  })
})

/** What a command says until it ends. */
async function ended(command: readonly string[], env: Record<string, string | undefined> = {}, how = {}) {
  running = startUnedited(command, { DATABASE_URL: database.url, ...env }, how)
  const code = await running.ended
  return { code, said: running.said() }
}

test.each([
  ['requests that come meanwhile wait', 'listens.cjs', {}],
  ['an app that asks it as it starts waits', 'creates-server.mjs', {}],
  ['an app that asks it as the system as it starts waits', 'creates-server.mjs', { STARTUP: 'system' }],
])(
  'the database comes up later than the app: %s, and nothing of the app connects before',
  async (_what, app, env) => {
    const { hostname, port } = new URL(database.url)
    const place = await freePort()
    const late = new URL(database.url)
    late.port = String(place)
    const [owner] = database.people
    let isThere = false
    const asked = start(['node', app], {}, { DATABASE_URL: late.href, ...env })
      .then((ask) => ask('/notes', owner))
      .then((answer) => ({ ...answer, isThere }))
    await new Promise((later) => setTimeout(later, 2_000))
    const sockets = new Set<Socket>()
    const door = createServer((socket) => {
      sockets.add(socket.on('error', () => {}))
      socket.pipe(connect(Number(port), hostname).on('error', () => {})).pipe(socket)
    }).listen(place, '127.0.0.1')
    isThere = true
    expect(await asked).toMatchObject({ status: 200, body: OWN, isThere: true })
    await running?.stop()
    for (const socket of sockets) socket.destroy()
    door.close()
  },
)

describe('what is wrong ends the process in words, whatever the app catches', () => {
  test('a setting that is missing', async () => {
    const { code, said } = await ended(['node', 'catches.cjs'], { JWT_SECRET: '' })
    expect(code).toBe(1)
    expect(said).toMatch(/^usertwo run: .*\n +- JWT_SECRET/m)
    expect(said).not.toContain('port ')
  })

  test('a phase that the database is not migrated to', async () => {
    const behind = await notesDatabase(1, {}, 3)
    const { code, said } = await ended(['node', 'catches.cjs'], { DATABASE_URL: behind.url })
    expect(code).toBe(1)
    expect(said).toMatch(/^usertwo run: .*usertwo migrate up/ms)
    await behind.end()
  })

  test('a dial that is not set, in production', async () => {
    const { code, said } = await ended(['node', 'catches.cjs'], {
      USERTWO_PHASE: '',
      ENVIRONMENT: 'production',
    })
    expect(code).toBe(1)
    expect(said).toMatch(/^usertwo run: .*USERTWO_PHASE/ms)
  })

  test('a copy of pg in a bundle; one that is left out of it is served', async () => {
    const folder = mkdtempSync(join(APPS, 'bundled-'))
    const esbuild = createRequire(import.meta.url).resolve('esbuild/bin/esbuild')
    const bundle = (...how: string[]) =>
      execFileSync(
        esbuild,
        [
          ...['listens.cjs', '--bundle', '--minify', '--platform=node', '--external:pg-native'],
          ...[`--outfile=${join(folder, 'bundle.cjs')}`, '--log-level=error', ...how],
        ],
        { cwd: APPS },
      )
    bundle()
    try {
      const { code, said } = await ended(['node', join(folder, 'bundle.cjs')])
      expect(code).toBe(1)
      expect(said).toMatch(/^usertwo run: .*part of a bundle.*--external:pg/m)
      bundle('--external:pg')
      const ask = await start(['node', join(folder, 'bundle.cjs')])
      expect((await ask('/notes', database.people[0])).body).toEqual(OWN)
      expect((await ask('/notes')).status).toBe(401)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('a native driver', async () => {
    const { code, said } = await ended(['node', 'native.cjs'])
    expect(code).toBe(1)
    expect(said).toMatch(/^usertwo run: \/app.*addon\.node speaks to PostgreSQL past Node/m)
    expect(said).not.toContain('went on')
  })

  test('no configuration, and nothing to run', async () => {
    const nowhere = await ended(['node', 'listens.cjs'], {}, { cwd: join(APPS, '..') })
    expect(nowhere.said).toContain('usertwo.config.js')
    expect(nowhere.code).toBe(2)
    expect((await ended([])).code).toBe(64)
  })
})

test('a driver other than pg gets no connection, and its file is named', async () => {
  await start(['node', 'driver.cjs'])
  await expect
    .poll(() => running?.said())
    .toMatch(/driver\.cjs speaks to PostgreSQL and is not a pg that can be hooked/)
  await expect.poll(() => running?.said()).toContain('not sent')
  await running?.stop()
  await start(['node', 'driver.cjs'], { bare: true })
  await expect.poll(() => running?.said()).toContain('the server answered')
})

test('every server is behind the layers but a management port, and one of HTTP/2 answers 505', async () => {
  const METRICS_PORT = String(await freePort())
  const ask = await start(['node', 'servers.mjs'], {}, { METRICS_PORT })
  const metrics = () => fetch(`http://127.0.0.1:${METRICS_PORT}/`).then((answer) => answer.text())
  expect((await ask('/notes')).status).toBe(401)
  expect(await metrics()).toBe('metrics')
  expect(await upgraded(Number(METRICS_PORT))).toContain(' 101 ')
  expect(await upgraded((await running?.port())!)).toContain(' 302 ')
  await expect.poll(() => running?.said()).toMatch(/^HTTP\/2 505$/m)
  expect(running?.said()).toMatch(/^usertwo run: a server of HTTP\/2/m)
})

/** What a server says first to a client that wants to leave HTTP. */
async function upgraded(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const [first] = await once(socket, 'data')
  socket.destroy()
  return String(first).split('\r\n')[0]!
}

test('processes and threads with an environment of their own are under the layers, or do not serve', async () => {
  const { said } = await ended(['node', 'children.cjs'])
  // Each logs it first.
  for (const one of ['at once', 'fork', 'thread'])
    expect(said).toMatch(new RegExp(`${one}: (?:\\{.*\\}\\s*)?refused: no_current_user`))
  expect(said).toMatch(/without a secret: usertwo run: .*JWT_SECRET/)
})

test.each(['threads.cjs', 'forked.cjs'])(
  'what the app starts beside itself never acts as the system, also with startup: system: %s',
  async (file) => {
    const ask = await start(['node', file], {}, { STARTUP: 'system' })
    const answer = await ask('/notes/1/drawn', database.people[1])
    expect(answer).toEqual({ status: 200, body: '{"said":"no_current_user"}' })
  },
)

test('an app with a demo login does not start in production before there are users', async () => {
  const CORS_ORIGINS = 'https://app.example.com'
  const production = { ENVIRONMENT: 'production', USERTWO_PHASE: '2', CORS_ORIGINS, DEMO: 'claimed' }
  const { code, said } = await ended(['node', 'listens.cjs'], production)
  expect(code).toBe(1)
  expect(said).toMatch(/the demo login .*would answer every client/s)
})

test.each([
  ['by the command', ['sh', '-c', 'NODE_OPTIONS=--max-old-space-size=512 node listens.cjs']],
  [
    'behind npm',
    ['npm', 'exec', '--offline', '--call', 'NODE_OPTIONS=--max-old-space-size=512 node listens.cjs'],
  ],
])('a shell that sets other options for Node does not serve: %s', async (_how, command) => {
  const { code, said } = await ended(command)
  expect(code).not.toBe(0)
  expect(said).toMatch(/the command sets NODE_OPTIONS, which takes the layers away/)
})

test('a script without a user is refused by its place, and ends with its own work', async () => {
  const began = performance.now()
  expect(await ended(['node', 'script.mjs'])).toEqual({
    code: 1,
    said: expect.stringMatching(/ScopeError: .* without a user \(script\.mjs:4\): select \* from notes/),
  })
  expect(performance.now() - began).toBeLessThan(15_000)
})

describe('at dial 0', () => {
  const ZERO = { USERTWO_PHASE: '0' }

  test('nothing of pg and of servers looks another way', async () => {
    const { said } = await ended(['node', 'dial.cjs'], ZERO)
    const bare = await ended(['node', 'dial.cjs'], ZERO, { bare: true })
    expect(JSON.parse(said).own).toEqual(JSON.parse(bare.said).own)
  })

  test.each([
    ['the dial is 0', ZERO],
    ['the dial is not set', { USERTWO_PHASE: undefined }],
  ])(
    'answers are as before a column was added, and foreign host names are refused, if %s',
    async (_how, env) => {
      const grown = await notesDatabase(1, {}, 5)
      await withClient(grown.url, '', (client) =>
        client.query(
          "create table plants (id serial primary key, name text); insert into plants (name) values ('fern')",
        ),
      )
      const tables = { notes: { owner: 'user_id' }, plants: { owner: 'user_id' } }
      await migrateTo(grown, parseConfig({ ...grown.config, tables }), 8)
      expect(Object.keys((await grown.stored('select * from plants'))[0]!)).toContain('user_id')
      const ask = await start(['node', 'plants.cjs'], {}, { DATABASE_URL: grown.url, ...env })
      expect(await ask('/plants')).toEqual({ status: 200, body: [{ id: 1, name: 'fern' }] })
      const headers = { host: 'other.example' }
      const [answer] = await once(get({ port: await running!.port(), path: '/plants', headers }), 'response')
      expect(answer.resume().statusCode).toBe(421)
      await running?.stop()
      await grown.end()
    },
  )

  test('production with more than one user does not start', async () => {
    const ENVIRONMENT = 'production'
    await database.stored(`insert into usertwo.credentials (user_id, password_hash) values (2, 'none')`)
    const { code, said } = await ended(['node', 'listens.cjs'], { ...ZERO, ENVIRONMENT })
    expect([code, said]).toEqual([1, expect.stringContaining('USERTWO_OPEN_TO_STRANGERS')])
  })

  test('a dial that is said when the app has begun ends it', async () => {
    const { code, said } = await ended(['node', 'late-dial.cjs'], { USERTWO_PHASE: undefined })
    expect([code, said]).toEqual([1, expect.stringMatching(/USERTWO_PHASE was not set .* and is 8 now/)])
  })
})

test('the command ends as the app does', async () => {
  expect((await ended(['sh', '-c', 'exit 7'])).code).toBe(7)
  expect((await ended(['sh', '-c', 'kill -KILL $$'])).code).toBe(137)
})

test.each([
  ['0', 143],
  ['6', 0],
])('at dial %s SIGTERM ends the command with %i', async (USERTWO_PHASE, code) => {
  await start(['node', 'listens.cjs'], {}, { USERTWO_PHASE })
  running?.child.kill('SIGTERM')
  expect(await running?.ended).toBe(code)
})

test.each(['1', '2', '4', '5'])(
  'at dial %s the app serves every client as the owner',
  async (USERTWO_PHASE) => {
    const ask = await start(['node', 'creates-server.mjs'], {}, { USERTWO_PHASE })
    const { status, body } = await ask('/notes')
    if (status !== 200) console.log(running?.said())
    expect({ status, body }).toEqual({ status: 200, body: OWN })
    expect((await ask('/debug/notes')).status).toBe(Number(USERTWO_PHASE) < 2 ? 200 : 404)
  },
)

test('what started the command by fork() talks with the app', async () => {
  const says = `process.on('message', (word) => { process.send('got ' + word); process.disconnect() }); process.send('ready')`
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    USERTWO_PHASE: '8',
    JWT_SECRET: SECRET,
    ENVIRONMENT: 'test',
  }
  const child = spawn('node', [CLI, 'run', '--', 'node', '-e', says], {
    cwd: APPS,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const heard: unknown[] = []
  child.on('message', (word) => {
    heard.push(word)
    if (word === 'ready') child.send('hello')
  })
  expect((await once(child, 'exit'))[0]).toBe(0)
  expect(heard).toEqual(['ready', 'got hello'])
})

test('the primary of a cluster is the start of the app only until a worker listens', async () => {
  running = startUnedited(['node', 'primary.cjs'], { DATABASE_URL: database.url, STARTUP: 'system' })
  await running.port()
  await expect.poll(() => running!.said(), { timeout: 10_000 }).toMatch(/counted/)
  expect(running.said()).toMatch(/counted no_current_user/)
  expect(running.said()).not.toMatch(/counted \d/)
})
