// A store of sessions that are not a login, beside the login of usertwo: a message, a filter, a basket.
import connectPgSimple from 'connect-pg-simple'
import express from 'express'
import session from 'express-session'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { watchSystem } from '../../src/core/context.js'
import { scope } from '../../src/index.js'
import { type Login, type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const REQUESTS = 20
const SESSIONS = `create table session (sid varchar primary key, sess json not null, expire timestamp(6) not null)`

interface Store {
  pruneSessions(done: (error?: unknown) => void): void
}

let app: WrappedApp
let pool: pg.Pool
let store: Store
let db: Knex

beforeAll(async () => {
  app = await wrappedApp(
    () => {
      const inner = express()
      pool = scope(new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 }))
      db = scope(knex({ client: 'pg', connection: process.env.DATABASE_URL!, pool: { min: 0, max: 2 } }))
      const made = new (connectPgSimple(session))({ pool, createTableIfMissing: true })
      store = made as unknown as Store
      inner.use(session({ store: made, secret: 'one of this test', resave: false, saveUninitialized: false }))
      inner.use((req, _res, next) => {
        const kept = req.session as { visits?: number; by?: unknown }
        kept.visits = (kept.visits ?? 0) + 1
        kept.by ??= req.query.by
        next()
      })
      inner.get(['/visits', '/health'], (req, res) => res.json(req.session))
      inner.get('/sessions', async (req, res) => {
        const { rows } = await pool.query('select sid from session')
        const { rows: named } = await pool.query('select sess from session where sid = $1', [req.query.sid])
        res.json({ rows, named })
      })
      // As connect-session-knex does.
      inner.get('/saved', async (req, res) => {
        const knexSet = `with new_values (sid, expire, sess) as (  values (?, ?::timestamp with time zone, ?::json)), upsert as (   update "session" cs set     sid = nv.sid,     expire = nv.expire,     sess = nv.sess   from new_values nv   where cs.sid = nv.sid   returning cs.* )insert into "session" (sid, expire, sess) select sid, expire, sess from new_values where not exists (select 1 from upsert up where up.sid = new_values.sid)`
        const sid = String(req.query.sid ?? req.sessionID)
        const failed = await db
          .raw(knexSet, [sid, new Date(Date.now() + 60_000).toISOString(), '{"by":"knex"}'])
          .then(
            () => null,
            ({ code }) => code,
          )
        if (failed) return res.json({ failed })
        const found = await db
          .select('sess')
          .from('session')
          .where('sid', '=', sid)
          .andWhereRaw('CAST(? as timestamp with time zone) <= expire', new Date().toISOString())
        res.json(found)
      })
      inner.get('/again', (req, res) =>
        req.session.regenerate((error) => res.json({ failed: error?.code ?? null })),
      )
      inner.get('/out', (req, res) =>
        req.session.destroy((error) => res.json({ failed: error?.code ?? null })),
      )
      inner.get('/prune', (_req, res) => store.pruneSessions((error) => res.json({ error: error ?? null })))
      return inner
    },
    {
      schema: SESSIONS,
      config: { tables: { notes: { owner: 'user_id' }, session: { access: 'session' } } },
    },
  )
})
afterAll(async () => {
  await db?.destroy()
  await pool?.end()
  await app?.dispose()
})

/** One browser, which keeps the cookie. */
function browser(who: Login | null) {
  let cookie = ''
  return {
    sid: () => decodeURIComponent(cookie).slice('connect.sid=s:'.length).split('.')[0]!,
    async get(path: string) {
      const headers = { ...(who && { authorization: `Bearer ${who.token}` }), ...(cookie && { cookie }) }
      const answer = await fetch(app.url + path, { headers })
      cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
      return { status: answer.status, body: await answer.json() }
    },
  }
}

test(`two users and an anonymous one keep a session each over ${REQUESTS} requests at the same time`, async () => {
  const visit = async (who: Login | null, path: string) => {
    const { get } = browser(who)
    const by = `${who?.id ?? 'anonymous'}`
    for (let visits = 1; visits <= REQUESTS; visits++)
      expect(await get(`${path}?by=${by}`)).toMatchObject({ status: 200, body: { visits, by } })
  }
  await Promise.all([...app.people.map((who) => visit(who, '/visits')), visit(null, '/health')])
  const kept = await app.stored(
    `select sess->>'by' as by, (sess->>'visits')::int as visits from session order by 1`,
  )
  expect(kept).toEqual(['1', '2', 'anonymous'].map((by) => ({ by, visits: REQUESTS })))
})

test('no request reads the session of another browser, or finds out which there are', async () => {
  const [first, second] = app.people.map(browser)
  await first!.get('/visits?by=first')
  await second!.get('/visits?by=second')
  expect((await second!.get(`/sessions?sid=${second!.sid()}`)).body).toEqual({
    rows: [],
    named: [{ sess: expect.objectContaining({ by: 'second' }) }],
  })
  expect((await second!.get(`/sessions?sid=${first!.sid()}`)).body).toEqual({ rows: [], named: [] })
})

test('the store deletes expired sessions, by a timer and in a request, as the system; and no other', async () => {
  const entries: string[] = []
  const stop = watchSystem((reason) => entries.push(reason))
  const old = `insert into session values ('old', '{}', now() - interval '1 day')`
  const sids = async () =>
    (await app.stored<{ sid: string }>('select sid from session')).map(({ sid }) => sid)
  const before = await sids()
  await app.stored(old)
  await new Promise<void>((done, failed) => store.pruneSessions((error) => (error ? failed(error) : done())))
  expect(await sids()).toEqual(before)
  await app.stored(old)
  expect((await browser(app.people[0]!).get('/prune')).body).toEqual({ error: null })
  expect(await sids()).not.toContain('old')
  stop()
  expect(entries).toEqual(Array(2).fill('expired sessions of session'))
})

test.each([
  [
    'connect-session-knex',
    `delete from "session" where expire < CAST($1 as timestamp with time zone)`,
    [new Date().toISOString()],
  ],
  [
    'connect-session-sequelize',
    `DELETE FROM "session" WHERE "expire" < '${new Date().toISOString().replace('T', ' ').replace('Z', ' +00:00')}'`,
    [],
  ],
])('%s deletes expired sessions by a timer', async (_store, text, values) => {
  await app.stored(`insert into session values ('older', '{}', now() - interval '1 day')`)
  await pool.query(text, values)
  expect(await app.stored(`select sid from session where sid = 'older'`)).toEqual([])
})

test('a store above knex deletes expired sessions by its timer, and a job that names no user reads and deletes no other', async () => {
  await app.stored(`insert into session values ('oldest', '{}', now() - interval '1 day')`)
  const count = 'select count(*)::int as n from session'
  const [before] = await app.stored<{ n: number }>(count)
  // As connect-session-knex writes it.
  await db('session').del().whereRaw('expire < CAST(? as timestamp with time zone)', new Date().toISOString())
  expect(await app.stored(count)).toEqual([{ n: before!.n - 1 }])
  await db('session')
    .del()
    .catch(() => {})
  await db('session')
    .del()
    .where('expire', '>', new Date(0))
    .catch(() => {})
  expect(await app.stored(count)).toEqual([{ n: before!.n - 1 }])
  await expect(db('session').select('sess')).rejects.toMatchObject({ code: 'table_closed' })
})

test.each([
  `delete from session where expire < now() or true`,
  `delete from session where expire < (select max(expire) + interval '1 day' from session)`,
  `delete from session where expire < 'infinity' and true`,
])('%s does more than prune, and deletes none', async (text) => {
  const count = 'select count(*)::int as n from session'
  const [before] = await app.stored<{ n: number }>(count)
  expect(before!.n).toBeGreaterThan(0)
  await pool.query(text)
  expect(await app.stored(count)).toEqual([before])
})

test('a store for knex saves and reads the session of its browser, and no other one', async () => {
  const [first, second] = app.people.map(browser)
  await first!.get('/visits')
  expect(await second!.get('/saved')).toEqual({ status: 200, body: [{ sess: { by: 'knex' } }] })
  expect((await second!.get(`/saved?sid=${first!.sid()}`)).body).toEqual({ failed: '42501' })
  expect((await first!.get('/visits')).body).toMatchObject({ visits: 2 })
})

test('each browser begins its session again and ends it, at the same time as the other, whose session stays', async () => {
  const rows = async (sid: string) => (await app.stored(`select 1 from session where sid = '${sid}'`)).length
  const kept = browser(app.people[1]!)
  await kept.get('/visits')
  const ended = app.people.map(async (who) => {
    const one = browser(who)
    await one.get('/visits')
    const first = one.sid()
    expect((await one.get('/again')).body).toEqual({ failed: null })
    const second = one.sid()
    expect([second === first, await rows(first), await rows(second)]).toEqual([false, 0, 1])
    expect((await one.get('/out')).body).toEqual({ failed: null })
    expect(await rows(second)).toBe(0)
  })
  await Promise.all(ended)
  expect((await kept.get('/visits')).body).toMatchObject({ visits: 2 })
})
