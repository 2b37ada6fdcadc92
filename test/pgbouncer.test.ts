import express from 'express'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { asLogin } from '../proof/checks/8-rollout/as-login.js'
import type { Clone } from '../proof/postgres/throw-away.js'
import { parseConfig } from '../src/config/config.js'
import { actAs } from '../src/core/context.js'
import { withClient } from '../src/database/with-client.js'
import { asSystem, scope, usertwo, type Wrapped } from '../src/index.js'
import { migrateTo } from '../src/migrate.js'
import { enforce, enforcement, provisional } from '../src/phases/6-isolation/start/enforcement.js'
import { sessionDefaultsOf } from '../src/phases/6-isolation/start/session-defaults.js'
import { comicPile } from './support/comic-pile.js'
import { type PgBouncer, pgbouncerVersion, startPgBouncer } from './support/pgbouncer.js'
import { freshDatabase } from './support/postgres.js'
import { join, reader } from './support/reader.js'

const PEOPLE = 50
const PASSWORD = 'requests-only'
const input = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
}
const config = parseConfig(input)

const installed = pgbouncerVersion()
if (!installed && process.env.CI) throw new Error('PgBouncer is missing: apt-get install pgbouncer')
if (!installed) console.warn('NOT TESTED: no app was started through PgBouncer, which is not installed here.')

/** A wrapped app that has looked at its database; the caller disposes of it. */
async function start(url: string, dial: number): Promise<Wrapped> {
  for (const [name, value] of Object.entries({
    ENVIRONMENT: 'development',
    DATABASE_URL: url,
    JWT_SECRET: 'q8Zr2mVx7Kp4Nw9Tc5Hb3Jf6Ld1Gs0Ya',
    USERTWO_PHASE: String(dial),
  }))
    vi.stubEnv(name, value)
  const wrapped = usertwo(express(), input)
  try {
    await wrapped.ready()
    return wrapped
  } catch (error) {
    await wrapped.dispose()
    throw error
  }
}

/** Runs the SQL of a refusal as an administrator; returns the login it makes. */
async function runRefusalSql(admin: pg.Client, refusal: string): Promise<string> {
  const [sql] = /CREATE ROLE .*'none'/.exec(refusal)!
  await admin.query(sql.replace('…', PASSWORD))
  return /CREATE ROLE "([^"]+)"/.exec(sql)![1]!
}

const refusalOf = async (url: string, dial: number) => {
  const started = await start(url, dial).catch((error: Error) => error)
  if (started instanceof Error) return started.message
  await started.dispose()
  throw new Error('this start was expected to be refused')
}

describe.skipIf(!installed)('an app behind PgBouncer in transaction mode', () => {
  let database: Clone
  let admin: pg.Client
  const open: PgBouncer[] = []
  const through = async (url: string, more?: string) => {
    const bouncer = await startPgBouncer(url, more)
    open.push(bouncer)
    return bouncer.url
  }
  /** Of the login that the refusal asked for. */
  let requests: string

  beforeAll(async () => {
    database = await freshDatabase()
    const owner = new pg.Client(database.url)
    await owner.connect()
    await owner.query(`create table users (id serial primary key, username text);
      create table notes (id serial primary key, text text, user_id int references users);
      insert into users values (1, 'owner'); insert into notes (text, user_id) values ('first', 1)`)
    await owner.end()
    await migrateTo(database, config, 8)
    admin = new pg.Client(database.adminUrl)
    await admin.connect()
    await admin.query(`insert into users select n, 'p' || n from generate_series(2, ${PEOPLE}) n`)
  })
  afterEach(() => vi.unstubAllEnvs())
  afterAll(async () => {
    for (const bouncer of open) await bouncer.stop()
    const { username } = new URL(requests)
    await withClient(database.adminUrl, 'test', (client) =>
      client.query(`drop owned by ${username}; drop role ${username}`),
    )
    await admin?.end()
    enforce(provisional(config, 0))
  })

  test.each(['', 'ignore_startup_parameters = options'])(
    'is refused with the SQL that fixes it, if a connection would rest in the login (%j)',
    async (more) => {
      const refusal = await refusalOf(await through(database.url, more), 6)
      const { username } = new URL(database.url)
      expect(refusal).toContain(`${username} owns the tables, so requests need a login of their own`)
      expect(refusal).toMatch(/ALTER ROLE \S+ IN DATABASE \S+ SET role = "usertwo_request_/)
      expect(refusal).toMatch(/ALTER ROLE \S+ IN DATABASE \S+ SET usertwo\.user_id = 'none'/)
      expect(refusal).not.toContain(new URL(database.url).password)
    },
  )

  test('starts once that SQL has run, and the login is made known', async () => {
    const refusal = await refusalOf(open[0]!.url, 6)
    const login = await runRefusalSql(admin, refusal)
    requests = Object.assign(new URL(database.url), { username: login, password: PASSWORD }).href
    expect(await refusalOf(await through(requests), 6)).toContain('--app with this URL')
    await migrateTo({ ...database, appUrl: requests }, config, 8)
    const wrapped = await start(open.at(-1)!.url, 8)
    expect(enforcement()?.connection).toMatchObject({ startupOptions: false })
    await wrapped.dispose()
  })

  test('separates fifty users; anonymous requests find nothing, jobs are refused, and the system sees all', async () => {
    const wrapped = await start(open.at(-1)!.url, 8)
    const db: Knex = scope(knex({ client: 'pg', connection: open.at(-1)!.url, pool: { min: 0, max: 10 } }))
    const as = <T>(id: number, work: () => PromiseLike<T>) =>
      actAs({ kind: 'user', id, person: null }, async () => await work())
    let answers = 0
    const people = Array.from({ length: PEOPLE }, (_, n) => n + 1)
    const one = async (id: number) => {
      for (let round = 0; round < 10; round++) {
        await as(id, () => db.raw('insert into notes (text) values (?)', [`of ${id}`]))
        const rows = (await as(id, () => db.raw('select user_id from notes'))).rows as { user_id: number }[]
        expect(new Set(rows.map((row) => row.user_id))).toEqual(new Set([id]))
        const inside = await as(id, () => db.transaction((trx) => trx('notes').count('* as n').first()))
        expect(Number(inside?.n)).toBe(rows.length)
        answers += 3
      }
    }
    await Promise.all(people.map(one))
    expect(answers).toBe(PEOPLE * 30)
    const found = () => db.raw('select * from notes').then(({ rows }) => rows)
    expect(await actAs(null, found)).toEqual([])
    await expect(found()).rejects.toMatchObject({ code: 'no_current_user' })
    const all = asSystem('a count', async () => await db('notes').countDistinct('user_id as n').first())
    expect(await all).toEqual({ n: String(PEOPLE) })
    await asSystem('a mark', async () => await db('notes').where({ user_id: 2 }).update({ text: 'seen' }))
    expect(await as(2, () => db('notes').distinct().pluck('text'))).toEqual(['seen'])
    expect(await as(3, () => db('notes').distinct().pluck('text'))).toEqual(['of 3'])
    await db.destroy()
    await wrapped.dispose()
  })

  test('its own login is refused for the request login below 6, and starts with the owner’s', async () => {
    enforce(provisional(config, 0))
    expect(await refusalOf(open.at(-1)!.url, 5)).toContain('is for requests from phase 6 on')
    const wrapped = await start(open[0]!.url, 5)
    await wrapped.dispose()
  })

  test('commands that need the server itself say so, and leave nothing behind', async () => {
    enforce(provisional(config, 0))
    for (const { url } of open)
      await expect(asLogin(url, async () => {})).rejects.toThrow('commands need the server itself')
    expect(await asLogin(requests, async (client) => (await client.query('select 1')).rowCount)).toBe(1)
  })

  test('the request login starts without a PgBouncer too, also where pg is under the layer already', async () => {
    const wrapped = await start(requests, 8)
    expect(enforcement()?.connection).toMatchObject({ startupOptions: true })
    await wrapped.dispose()
    enforce(provisional(config, 0))
  })
})

describe.skipIf(!installed)('comic-pile behind PgBouncer in transaction mode', () => {
  test('two people register, log in and keep apart', async () => {
    const pile = await comicPile()
    const database = await freshDatabase()
    const admin = new pg.Client(database.adminUrl)
    await admin.connect()
    const bouncers: PgBouncer[] = []
    try {
      await pile.seed(database.url)
      await pile.migrate(database, 8)
      bouncers.push(await startPgBouncer(database.url))
      const refusal = await sessionDefaultsOf(bouncers[0]!.url, 8).catch((error: Error) => error.message)
      const username = await runRefusalSql(admin, String(refusal))
      const requests = Object.assign(new URL(database.url), { username, password: PASSWORD }).href
      await pile.migrate({ ...database, appUrl: requests }, 8)
      bouncers.push(await startPgBouncer(requests))
      const app = await pile.start({ url: bouncers[1]!.url, dial: 8 })
      const owner = reader(app, {
        token: await join(app, { email: 'a@example.com', password: 'first of all readers' }, pile.claimCode),
      })
      const second = reader(app, {
        token: await join(app, { email: 'b@example.com', password: 'second of all readers' }),
      })
      const thread = { title: 'mine alone', format: 'Comic', issues_remaining: 3 }
      await second.send('POST', '/api/threads/', thread)
      const titles = async (who: typeof owner) =>
        (await who.get<{ title: string }[]>('/api/threads/')).map(({ title }) => title)
      expect(await titles(second)).toEqual(['mine alone'])
      expect(await titles(owner)).not.toContain('mine alone')
      expect((await titles(owner)).length).toBeGreaterThan(0)
    } finally {
      await pile.stop()
      for (const bouncer of bouncers) await bouncer.stop()
      await admin.end()
    }
  }, 120_000)
})
