import { randomUUID } from 'node:crypto'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import { vi } from 'vitest'
import { type ConfigInput, parseConfig } from '../../src/config/config.js'
import { systemClock } from '../../src/core/clock.js'
import { actAs } from '../../src/core/context.js'
import { withClient } from '../../src/database/with-client.js'
import { scope } from '../../src/index.js'
import { migrateTo } from '../../src/migrate.js'
import { accessTokens } from '../../src/phases/4-auth/sessions/access-token.js'
import { keysOfSecret } from '../../src/phases/4-auth/sessions/keys/keys.js'
import { enforce, provisional } from '../../src/phases/6-isolation/start/enforcement.js'
import { usertwo, type Wrapped } from '../../src/wrap.js'
import { copyOf } from './postgres.js'

export const SECRET = 'k3Vw9qTz7LmX2bRf8HsYc4NdJp6GuEa1'

export interface Login {
  id: number
  token: string
  sessionId: string
}

export interface WrappedApp {
  url: string
  server: Server
  wrapped: Wrapped
  /** the app's own handle, under both layers */
  db: Knex
  urls: { url: string; adminUrl: string }
  config: ConfigInput
  env: Record<string, string>
  people: Login[]
  /** a login of a user */
  login(id: number): Promise<Login>
  ask(who: Login | null, method: string, path: string, body?: unknown): Promise<Response>
  /** as superuser, past everything */
  stored<Row = Record<string, unknown>>(sql: string): Promise<Row[]>
  dispose(): Promise<void>
}

const plainConfig: ConfigInput = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
  routes: { public: ['GET /health'] },
}

/** A database with notes of people who are logged in, at a phase. */
export interface NotesDatabase {
  url: string
  adminUrl: string
  config: ConfigInput
  people: Login[]
  /** a login of a user */
  login(id: number): Promise<Login>
  /** as superuser, past everything */
  stored<Row = Record<string, unknown>>(sql: string): Promise<Row[]>
  end(): Promise<void>
}

export async function notesDatabase(
  users: number,
  more: Partial<ConfigInput> = {},
  phase = 6,
  schema = '',
): Promise<NotesDatabase> {
  const config = { ...plainConfig, ...more }
  const sql = `create table users (id serial primary key, username text);
    create table notes (id serial primary key, text text not null, user_id int not null references users);
    insert into users (username) select 'user ' || n from generate_series(1, ${users}) n;
    ${schema}`
  const { url, adminUrl } = await copyOf(`notes ${JSON.stringify([sql, config, phase])}`, async (urls) => {
    await withClient(urls.url, 'notes', (client) => client.query(sql))
    await migrateTo(urls, parseConfig(config), phase)
  })
  const admin = new pg.Client(adminUrl)
  await admin.connect()
  const stored = <Row>(sql: string) =>
    actAs({ kind: 'system', reason: 'test' }, async () => (await admin.query(sql)).rows as Row[])
  const keys = keysOfSecret(SECRET)
  const tokens = accessTokens({
    keys: () => keys,
    issuer: 'usertwo',
    audience: 'usertwo',
    most: 86_400,
    clock: systemClock,
  })
  const login = async (id: number): Promise<Login> => {
    const sessionId = randomUUID()
    await stored(`insert into usertwo.user_sessions (id, user_id, refresh_id, family, expires_at)
      values ('${sessionId}', ${id}, '${randomUUID()}', '${sessionId}', now() + interval '1 hour')`)
    const { token } = tokens.sign(id, sessionId, 86_400)
    return { id, token, sessionId }
  }
  const people: Login[] = []
  for (let id = 1; id <= users; id++) people.push(await login(id))
  return { url, adminUrl, config, people, login, stored, end: () => admin.end() }
}

/** An Express app of a test, served at phase 6 in this process, with users who are logged in. */
export async function wrappedApp(
  make: (db: Knex) => RequestListener,
  {
    users = 2,
    max = 2,
    serve = (wrapped: Wrapped) => wrapped.listen(0, '127.0.0.1'),
    config: more = {} as Partial<ConfigInput>,
    env: told = {} as Record<string, string>,
    /** tables beside the notes, as SQL */
    schema = '',
  } = {},
): Promise<WrappedApp> {
  const { url, adminUrl, config, people, login, stored, end } = await notesDatabase(users, more, 6, schema)
  const env = {
    ENVIRONMENT: 'test',
    USERTWO_PHASE: '6',
    DATABASE_URL: url,
    JWT_SECRET: SECRET,
    LOG_LEVEL: 'error',
    TRUST_PROXY: '1',
    ...told,
  }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const db = scope(knex({ client: 'pg', connection: url, pool: { min: 0, max } }))
  const wrapped = usertwo(make(db), config)
  await wrapped.ready()
  const server = await serve(wrapped)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    wrapped,
    db,
    urls: { url, adminUrl },
    config,
    env,
    people,
    login,
    ask: (who, method, path, body) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: {
          ...(who && { authorization: `Bearer ${who.token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    stored,
    async dispose() {
      server.closeAllConnections()
      if (server.listening) await new Promise((done) => server.close(done))
      await wrapped.dispose()
      await db.destroy()
      await end()
      // The removal of the database needs the layers out of its way.
      enforce(provisional(parseConfig(config), 0))
      vi.unstubAllEnvs()
    },
  }
}
