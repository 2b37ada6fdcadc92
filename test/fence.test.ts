import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Finding } from '../proof/gate/check.js'
import type { Gate } from '../proof/gate/gate.js'
import type { PhaseResult } from '../proof/gate/run/run-phase.js'
import type { Templates } from '../proof/gate/templates.js'
import { type ConfigInput, parseConfig } from '../src/config/config.js'
import { withClient } from '../src/database/with-client.js'
import { built } from './support/built.js'
import { freshDatabase } from './support/postgres.js'
import { check, suiteOf } from './support/tiny-gate.js'

/** A real server outside the gate, with rows in it. */
let other: URL
let place: string
/** A way to it by a Unix socket. */
const sockets = mkdtempSync(join(tmpdir(), 'usertwo-sockets-'))
let byPath: Server
let templates: Templates
let engine: typeof import('../proof/gate/run/run.js')
const folder = mkdtempSync(join(tmpdir(), 'usertwo-fence-app-'))
const given: ConfigInput = {
  app: { start: ['node', 'server.mjs'] },
  owner: { id: 1 },
  users: { table: 'users' },
}

beforeAll(async () => {
  const { url } = await freshDatabase()
  other = new URL(url)
  place = `127.0.0.1:${other.port}`
  await withClient(url, 'test', (client) =>
    client.query('create table kept as select n, md5(n::text) as what from generate_series(1, 50) n'),
  )
  byPath = createServer((socket) => {
    const through = connect(Number(other.port), '127.0.0.1')
    socket.on('error', () => through.destroy()).pipe(through)
    through.on('error', () => socket.destroy()).pipe(socket)
  }).listen(join(sockets, '.s.PGSQL.5432'))
  engine = await built('proof/gate/run/run.js')
  const { openTemplates } =
    await built<typeof import('../proof/gate/templates.js')>('proof/gate/templates.js')
  templates = await openTemplates({ name: 'fenced', folder, config: parseConfig(given) })
}, 120_000)
afterAll(async () => {
  byPath?.close()
  await templates?.stop()
  for (const place of [folder, sockets]) rmSync(place, { recursive: true, force: true })
})

const rows = () =>
  withClient(other.href, 'test', async (client) => {
    const { rows } = await client.query(
      'select md5(string_agg(k::text, $1 order by n)) as print from kept k',
      [','],
    )
    return rows[0].print as string
  })

const MODULES = Object.fromEntries(
  ['pg', 'knex'].map((name) => [name, pathToFileURL(fileURLToPath(import.meta.resolve(name))).href]),
)
const SERVE = `import { createServer } from 'node:http'
createServer((req, res) => res.end('ok')).listen(process.env.PORT, process.env.HOST)
`
/** Does its worst with the rows, says nothing of what came of it, then serves. */
const app = (head: string, worst: string) => `${head}
await (async () => { ${worst} })().catch(() => {})
${SERVE}`
const PG = `import pg from ${JSON.stringify(MODULES.pg)}`
const KNEX = `import knex from ${JSON.stringify(MODULES.knex)}`
const byPg = (how: string) =>
  `const client = new pg.Client(${how}); await client.connect(); await client.query('delete from kept')`
const parts = () => ({
  host: '127.0.0.1',
  port: Number(other.port),
  user: decodeURIComponent(other.username),
  password: decodeURIComponent(other.password),
  database: other.pathname.slice(1),
})

async function gate(
  files: Record<string, string>,
  more: Partial<ConfigInput['app']> = {},
  ask?: (gate: Gate) => Promise<Finding>,
): Promise<PhaseResult> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const config = parseConfig({ ...given, app: { ...given.app, ...more } })
  const run =
    ask ??
    (async (one) => {
      const { status } = await (await one.app()).ask('GET', '/health')
      return {
        exercised: 1,
        unit: 'answers',
        problems: status === 200 ? [] : [{ what: `it answers ${status}` }],
      }
    })
  try {
    const [result] = await engine.runGates({
      project: { name: 'fenced', folder, config },
      templates,
      phases: [suiteOf([check('tiny.serves', run)])],
      traffic: async () => [],
    })
    return result!
  } finally {
    for (const name of Object.keys(files)) rmSync(join(folder, name))
  }
}

const refusal = (files: Record<string, string>, more?: Partial<ConfigInput['app']>) =>
  gate(files, more).then(
    ({ checks }) => `no refusal: ${JSON.stringify(checks)}`,
    (error: Error) => error.message,
  )

describe('another PostgreSQL than the gate’s', () => {
  const WORKER = (how: string) => `import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import { spawn, execFileSync } from 'node:child_process'
const file = new URL('worst.mjs', import.meta.url)
${how}`
  const ways: [string, () => Record<string, string>, (said: string) => void][] = [
    [
      'a variable of a .env file, by pg',
      () => ({
        '.env': `# ours\nDB_URL=${other.href}\n`,
        'server.mjs': app(PG, `process.loadEnvFile(); ${byPg('{ connectionString: process.env.DB_URL }')}`),
      }),
      (said) => {
        expect(said).toContain('DB_URL (.env:2)')
        expect(said).toContain("write in app.env: DB_URL: '$DATABASE_URL'")
        expect(said).toContain('asked for by server.mjs:2')
      },
    ],
    [
      'parts in variables of its own, by knex',
      () => {
        const { host, port, user, password, database } = parts()
        return {
          '.env': `DB_HOST=${host}\nDB_PORT=${port}\nDB_USER=${user}\nDB_PASS=${password}\nDB_NAME=${database}\n`,
          'server.mjs': app(
            KNEX,
            `process.loadEnvFile(); const { DB_HOST: host, DB_PORT: port, DB_USER: user, DB_PASS: password, DB_NAME: database } = process.env
             await knex({ client: 'pg', connection: { host, port, user, password, database }, acquireConnectionTimeout: 3000 })('kept').del()`,
          ),
        }
      },
      (said) => {
        expect(said).toContain('DB_PORT (.env:2)')
        expect(said).toContain(
          "DB_HOST: '$PGHOST', DB_PORT: '$PGPORT', DB_USER: '$PGUSER', DB_PASS: '$PGPASSWORD', DB_NAME: '$PGDATABASE'",
        )
      },
    ],
    [
      'PG* that the app has overwritten',
      () => ({
        'server.mjs': app(
          PG,
          `const { host, port, user, password, database } = ${JSON.stringify(parts())}
           Object.assign(process.env, { PGHOST: host, PGPORT: port, PGUSER: user, PGPASSWORD: password, PGDATABASE: database })
           ${byPg('{}')}`,
        ),
      }),
      (said) => expect(said).toMatch(/PGPORT.*the gate had set PGPORT.*without override/),
    ],
    [
      'a literal, by knex',
      () => ({
        'server.mjs': app(
          KNEX,
          `await knex({ client: 'pg', connection: ${JSON.stringify(parts())} })('kept').del()`,
        ),
      }),
      (said) => {
        expect(said).toContain('which no variable names (server.mjs:2)')
        expect(said).toContain("write in app.env: DB_URL: '$DATABASE_URL'")
      },
    ],
    [
      'bytes of its own, on a plain socket that waits for its connection',
      () => ({
        'server.mjs': app(
          `import { connect } from 'node:net'`,
          `const socket = connect(${other.port}, 'localhost').on('error', () => {})
           await new Promise((done) => socket.once('connect', done).once('close', done))
           socket.end(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))`,
        ),
      }),
      (said) => expect(said).toContain('server.mjs'),
    ],
    [
      'a worker with an environment of its own',
      () => ({
        'worst.mjs': `${PG}\n${byPg(JSON.stringify(parts()))}`,
        'server.mjs': app(
          WORKER(''),
          `const worker = new Worker(file, { env: {} }); worker.on('error', () => {}); await once(worker, 'exit')`,
        ),
      }),
      (said) => expect(said).toContain('worst.mjs'),
    ],
    [
      'a URL without a port and with a user of its own, which PGPORT completes',
      () => ({
        'db.mjs': 'export const url = process.env.KEPT || "postgres://me:secret@localhost/kept"',
        'server.mjs': app(`${PG}; import { url } from './db.mjs'`, byPg('{ connectionString: url }')),
      }),
      (said) => {
        expect(said).toContain(
          'the user "me" (db.mjs:1): the app names that user and leaves out the port, and PGPORT',
        )
        expect(said).toContain("write in app.env: KEPT: '$DATABASE_URL'")
      },
    ],
    ...[
      ['spawned', `await once(spawn(process.execPath, ['worst.mjs'], { env: {} }), 'exit')`],
      [
        'run by execFileSync',
        `execFileSync(process.execPath, ['worst.mjs'], { env: { A: 'b' }, stdio: 'ignore' })`,
      ],
    ].map(([name, how]): (typeof ways)[number] => [
      `a Node child with an environment of its own, ${name}`,
      () => ({ 'worst.mjs': `${PG}\n${byPg(JSON.stringify(parts()))}`, 'server.mjs': app(WORKER(''), how!) }),
      (said) => expect(said).toContain('worst.mjs'),
    ]),
  ]

  test.each(ways)('is never reached through %s; the gate ends and says why', async (_, files, says) => {
    const before = await rows()
    const said = await refusal(files())
    expect(said).toContain('another database than the gate’s; nothing was sent to it')
    if (!said.includes('PGPORT')) expect(said).toContain(other.port)
    says(said)
    expect(await rows()).toBe(before)
  })

  test('is never reached by a Unix socket', async () => {
    const before = await rows()
    const said = await refusal({
      'server.mjs': app(PG, byPg(JSON.stringify({ ...parts(), host: sockets, port: 5432 }))),
    })
    expect(said).toContain(join(sockets, '.s.PGSQL.5432'))
    expect(await rows()).toBe(before)
  })

  test('is not reached by migrate, seed or bare start either', async () => {
    const before = await rows()
    const files = { 'server.mjs': SERVE, 'worst.mjs': `${PG}\n${byPg(JSON.stringify(parts()))}` }
    const { openTemplates } =
      await built<typeof import('../proof/gate/templates.js')>('proof/gate/templates.js')
    for (const name of ['migrate', 'seed'] as const) {
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
      const config = parseConfig({ ...given, app: { ...given.app, [name]: ['node', 'worst.mjs'] } })
      const own = await openTemplates({ name: 'fenced', folder, config })
      await expect(own.clone(0)).rejects.toThrow(place)
      await own.stop()
    }
    const config = parseConfig({ ...given, app: { ...given.app, bare: ['node', 'worst.mjs'] } })
    const { openSession } = await built<typeof import('../proof/gate/session.js')>('proof/gate/session.js')
    const signal = new AbortController().signal
    const session = await openSession({
      project: { name: 'fenced', folder, config },
      templates,
      phase: 1,
      signal,
      traffic: async () => [],
    })
    await expect(session.app({ bare: true })).rejects.toThrow(place)
    await session.close()
    expect(await rows()).toBe(before)
  })

  test('is not reached through app.allowHosts, by pg or by an unknown driver', async () => {
    const before = await rows()
    const allowHosts = [place, 'localhost']
    const said = await refusal({ 'server.mjs': app(PG, byPg(JSON.stringify(parts()))) }, { allowHosts })
    expect(said).toContain(place)
    const startup = `import { connect } from 'node:net'
const socket = connect(${other.port}, '127.0.0.1').on('error', () => {})
socket.write(Buffer.from([0, 0, 0]))
setTimeout(() => socket.end(Buffer.from([8, 4, 210, 22, 47])), 50)
await new Promise((done) => socket.once('close', done))
`
    expect(await refusal({ 'server.mjs': startup + SERVE }, { allowHosts })).toContain(place)
    expect(await rows()).toBe(before)
  })
})

describe('everything else outside the app', () => {
  const tries = (port: number) => `import { createServer } from 'node:http'
import dgram from 'node:dgram'
import dns from 'node:dns/promises'
import { connect } from 'node:net'
import tls from 'node:tls'
const code = (error) => error.cause?.code ?? error.code ?? String(error)
const by = (socket) => new Promise((done) => socket.on('error', (error) => done(code(error))).on('data', (data) => done(String(data))))
const udp = () => new Promise((done) => dgram.createSocket('udp4').send('x', 9, '192.0.2.1', (error) => done(error ? code(error) : 'sent')))
createServer(async (req, res) => {
  if (req.url === '/self') return res.end('self')
  const self = 'http://localhost:' + process.env.PORT + '/self'
  res.end(JSON.stringify({
    self: await fetch(self).then((answer) => answer.text(), code),
    server: await fetch('http://127.0.0.1:${port}/').then((answer) => answer.text(), code),
    https: await fetch('https://api.example.com/').then(() => 'reached', code),
    tls: await by(tls.connect(443, '192.0.2.1')),
    plain: await by(connect(6379, 'redis.example.com').on('connect', function () { this.write('PING\\r\\n') })),
    silent: await by(connect(25, 'mail.example.com')),
    udp: await udp(),
    dns: await dns.lookup('db.example.com').then(() => 'found', code),
    txt: await dns.resolveTxt('db.example.com').then(() => 'found', code),
  }))
}).listen(process.env.PORT, process.env.HOST)
`
  const told = async (more: Partial<ConfigInput['app']> = {}) => {
    const server = createHttp((_, res) => res.end('another server')).listen(0, '127.0.0.1')
    await new Promise((done) => server.once('listening', done))
    const { port } = server.address() as AddressInfo
    let seen: Record<string, string> = {}
    const allowHosts = more.allowHosts?.map((one) => one.replace('PORT', String(port)))
    try {
      const { checks } = await gate(
        { 'server.mjs': tries(port) },
        { health: '/self', ...more, allowHosts },
        async (one) => {
          seen = (await (await one.app()).ask('GET', '/')).json as Record<string, string>
          return { exercised: 1, unit: 'answers', problems: [] }
        },
      )
      return { seen, notes: checks[0]!.notes, port }
    } finally {
      server.close()
    }
  }

  test('is ECONNREFUSED to the app and a line in the report; the app calls itself', async () => {
    const { seen, notes, port } = await told()
    const { self, ...others } = seen
    expect(self).toBe('self')
    expect(others).toEqual(Object.fromEntries(Object.keys(others).map((name) => [name, 'ECONNREFUSED'])))
    expect(Object.keys(others).length).toBe(8)
    for (const one of [
      `127.0.0.1:${port}`,
      'api.example.com:443',
      '192.0.2.1:443',
      'redis.example.com:6379',
      'mail.example.com:25',
      '192.0.2.1:9',
      'db.example.com',
    ])
      expect(notes).toContain(
        `the app reached for ${one} and was refused: a gate reaches only what app.allowHosts names`,
      )
  })

  test('is reached where app.allowHosts names it', async () => {
    const { seen, notes, port } = await told({ allowHosts: ['localhost:PORT'] })
    expect(seen.server).toBe('another server')
    expect(notes.join()).not.toContain(`127.0.0.1:${port}`)
  })
})
