// Rows under keys that a client chooses: an app that works offline, a calendar, an import.
import express, { type RequestHandler } from 'express'
import type { Knex } from 'knex'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { actAs } from '../../src/core/context.js'
import { scope } from '../../src/index.js'
import { migrateTo } from '../../src/migrate.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const SCHEMA = `
  create table loose (id uuid primary key default gen_random_uuid(), text text);
  create table drafts (id uuid primary key default gen_random_uuid(), text text);
  create table cards (id uuid primary key, text text);
  create table tasks (uid text primary key, text text);
  create table marks (kind text, ref int, text text, primary key (kind, ref));
  create table readings (id bigint primary key, text text);
  create table steps (id bigserial primary key, text text)`
const chosen = (table: string, keys?: 'chosen') => ({
  owner: 'user_id',
  unique: [`${table}_pkey`],
  ...(keys && { keys }),
})
const tables = {
  notes: { owner: 'user_id' },
  loose: { owner: 'user_id' },
  drafts: chosen('drafts', 'chosen'),
  cards: chosen('cards', 'chosen'),
  tasks: chosen('tasks'),
  marks: chosen('marks'),
  readings: chosen('readings'),
  steps: chosen('steps', 'chosen'),
}

/** The tables whose key is one column, each with a key. */
const KEYS: Record<string, { column: string; key: string; other: string }> = {
  loose: { column: 'id', key: uuid(1), other: uuid(2) },
  drafts: { column: 'id', key: uuid(1), other: uuid(2) },
  cards: { column: 'id', key: uuid(1), other: uuid(2) },
  tasks: { column: 'uid', key: 'meeting-1', other: 'meeting-2' },
  readings: { column: 'id', key: '9007199254740993', other: '7' },
  steps: { column: 'id', key: '1', other: '500' },
}

function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
}

let app: WrappedApp
let pool: pg.Pool

/** The app, by pg under /pg and by knex under /knex. */
function notebook(db: Knex): express.Express {
  const served = express()
  served.use(express.json())
  const handle =
    (work: (params: Record<string, string>, body: unknown) => Promise<unknown>): RequestHandler =>
    async (req, res) => {
      try {
        const row = await work(req.params as Record<string, string>, req.body)
        res.status(row === undefined ? 404 : 200).json(row ?? { error: 'not found' })
      } catch (error) {
        res.status(500).json({ code: (error as { code?: string }).code, says: String(error) })
      }
    }
  const column = (table: string) => KEYS[table]!.column
  const text = (body: unknown) => (body as { text: string }).text
  served.put(
    '/pg/marks/:kind/:ref',
    handle(async ({ kind, ref }, body) => {
      const sql = `insert into marks (kind, ref, text) values ($1, $2, $3)
        on conflict (kind, ref) do update set text = excluded.text returning kind, ref, text`
      return (await pool.query(sql, [kind, ref, text(body)])).rows[0]
    }),
  )
  served.get(
    '/pg/marks/:kind/:ref',
    handle(
      async ({ kind, ref }) =>
        (await pool.query('select text from marks where kind = $1 and ref = $2', [kind, ref])).rows[0],
    ),
  )
  served.put(
    '/pg/:table/:key',
    handle(async ({ table = '', key }, body) => {
      const id = column(table)
      const sql = `insert into ${table} (${id}, text) values ($1, $2)
        on conflict (${id}) do update set text = excluded.text returning ${id}, text`
      return (await pool.query(sql, [key, text(body)])).rows[0]
    }),
  )
  served.post(
    '/pg/:table',
    handle(async ({ table = '' }, body) => {
      const rows = body as { key: string; text: string }[]
      const id = column(table)
      const sql = `insert into ${table} (${id}, text)
        select k::${typeOf(table)}, t from unnest($1::text[], $2::text[]) as given (k, t)
        on conflict (${id}) do update set text = excluded.text returning ${id}`
      return (await pool.query(sql, [rows.map(({ key }) => key), rows.map((row) => row.text)])).rows
    }),
  )
  served.get(
    '/pg/:table/:key',
    handle(
      async ({ table = '', key }) =>
        (await pool.query(`select text from ${table} where ${column(table)} = $1`, [key])).rows[0],
    ),
  )
  served.put(
    '/knex/:table/:key',
    handle(async ({ table = '', key }, body) => {
      const id = column(table)
      const row = { [id]: key, text: text(body) }
      return (await db(table).insert(row).onConflict(id).merge().returning([id, 'text']))[0]
    }),
  )
  served.get(
    '/knex/:table/:key',
    handle(async ({ table = '', key }) =>
      db(table)
        .where({ [column(table)]: key })
        .first('text'),
    ),
  )
  return served
}

const typeOf = (table: string) =>
  table === 'tasks' ? 'text' : /^(?:readings|steps)$/.test(table) ? 'bigint' : 'uuid'

beforeAll(async () => {
  app = await wrappedApp((db) => notebook(db), { config: { tables }, schema: SCHEMA })
  pool = scope(new pg.Pool({ connectionString: app.urls.url, max: 2 }))
})
afterAll(async () => {
  await pool?.end()
  await app?.dispose()
})

const ask = async (who: number, method: string, path: string, body?: unknown) => {
  const answer = await app.ask(app.people[who - 1]!, method, path, body)
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
const put = (who: number, path: string, text: string) => ask(who, 'PUT', path, { text })
const rowsOf = (table: string) =>
  app.stored(`select user_id, text from ${table} order by user_id, text`) as Promise<unknown[]>

describe('a key that the configuration says nothing about', () => {
  test.each(['pg', 'knex'])('by %s is kept, read under it, and a retry makes no second row', async (by) => {
    const { column, other } = KEYS.loose!
    const path = `/${by}/loose/${other.replace('4000', by === 'pg' ? '4001' : '4002')}`
    const key = path.split('/').at(-1)
    for (const text of ['first', 'again'])
      expect(await put(1, path, text)).toEqual({ status: 200, body: { [column]: key, text } })
    expect(await ask(1, 'GET', path)).toEqual({ status: 200, body: { text: 'again' } })
    expect(await app.stored(`select id from loose where id = '${key}'`)).toHaveLength(1)
  })

  test('is refused to a second user where another user’s row has it, and changes nothing', async () => {
    const path = `/pg/loose/${KEYS.loose!.key}`
    expect(await put(1, path, 'mine')).toMatchObject({ status: 200 })
    const { status, body } = await put(2, path, 'theirs')
    expect([status, body.code]).toEqual([500, '42501'])
    expect(await app.stored(`select user_id, text from loose where id = '${KEYS.loose!.key}'`)).toEqual([
      { user_id: 1, text: 'mine' },
    ])
  })
})

describe('a chosen key', () => {
  test('is kept before the contract', async () => {
    for (const table of ['drafts', 'cards', 'tasks', 'readings', 'steps'])
      for (const by of ['pg', 'knex']) {
        const { column, key } = KEYS[table]!
        const path = `/${by}/${table}/${key}`
        expect(await put(1, path, 'first'), path).toMatchObject({ status: 200, body: { [column]: key } })
        expect(await ask(1, 'GET', path), path).toEqual({ status: 200, body: { text: 'first' } })
        expect(await rowsOf(table), path).toEqual([{ user_id: 1, text: 'first' }])
      }
    expect(await put(1, '/pg/marks/book/1', 'first')).toMatchObject({ status: 200 })
  })

  test('is one per user from the contract on', async () => {
    await actAs({ kind: 'system', reason: 'the contract', login: true }, () =>
      migrateTo(app.urls, parseConfig(app.config), 6, { contract: true }),
    )
    for (const table of ['drafts', 'cards', 'tasks', 'readings', 'steps'])
      for (const by of ['pg', 'knex']) {
        const { column, key } = KEYS[table]!
        const path = `/${by}/${table}/${key}`
        for (const text of ['theirs', 'theirs again'])
          expect(await put(2, path, text), path).toEqual({ status: 200, body: { [column]: key, text } })
        expect(await ask(2, 'GET', path), path).toEqual({ status: 200, body: { text: 'theirs again' } })
        expect(await ask(1, 'GET', path), path).toEqual({ status: 200, body: { text: 'first' } })
        expect(await rowsOf(table), path).toEqual([
          { user_id: 1, text: 'first' },
          { user_id: 2, text: 'theirs again' },
        ])
      }
    for (const text of ['theirs', 'theirs again'])
      expect(await put(2, '/pg/marks/book/1', text)).toMatchObject({ status: 200, body: { text } })
    expect(await rowsOf('marks')).toEqual([
      { user_id: 1, text: 'first' },
      { user_id: 2, text: 'theirs again' },
    ])
  })

  test('of many rows in one insert is kept for each user', async () => {
    for (const table of ['drafts', 'tasks', 'readings', 'steps']) {
      const keys = Array.from({ length: 5 }, (_, n) =>
        typeOf(table) === 'uuid' ? uuid(100 + n) : String(100 + n),
      )
      for (const who of [1, 2, 1])
        expect(
          await ask(
            who,
            'POST',
            `/pg/${table}`,
            keys.map((key) => ({ key, text: 'bulk' })),
          ),
        ).toEqual({ status: 200, body: keys.map((key) => ({ [KEYS[table]!.column]: key })) })
      expect(await app.stored(`select 1 from ${table} where text = 'bulk'`), table).toHaveLength(10)
    }
  })

  test('put by two users at the same time, each with retries, is one row for each', async () => {
    for (const table of ['drafts', 'tasks', 'steps']) {
      const ask = Array.from({ length: 200 }, (_, n) => {
        const who = (n % 2) + 1
        const key =
          typeOf(table) === 'uuid'
            ? uuid(200 + (Math.floor(n / 2) % 10))
            : String(200 + (Math.floor(n / 2) % 10))
        return put(who, `/${n % 3 ? 'pg' : 'knex'}/${table}/${key}`, `at once by ${who}`)
      })
      const answers = await Promise.all(ask)
      expect(
        answers.filter(({ status }) => status !== 200),
        table,
      ).toEqual([])
      expect(
        await app.stored(
          `select user_id, count(*)::int as n, min(text) as text, max(text) as same from ${table} where text like 'at once%' group by 1 order by 1`,
        ),
        table,
      ).toEqual(
        [1, 2].map((who) => ({
          user_id: who,
          n: 20 / 2,
          text: `at once by ${who}`,
          same: `at once by ${who}`,
        })),
      )
    }
  })
})
