import { setTimeout as sleep } from 'node:timers/promises'
import knex from 'knex'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testPolicy } from '../../../../../test/support/compiling-knex.js'
import {
  asPerson,
  asTheSystem,
  concurrently,
  failureOf,
  owners,
  pgVersion,
  require,
  type SharedTables,
  sharedTables,
  smallPool,
} from '../../../../../test/support/shared-tables.js'
import { OwnClient } from '../../../../database/connect.js'
import { scopeKnex } from '../../query/scope-knex.js'
import { attach } from '../attach.js'
import type { ConnectionPolicy } from '../policy.js'

const MINE = 'select title, n from threads where n = $1'
const ALL_MINE = 'select * from threads where n <= $1 order by n'
const OURS = "name like 'usertwo\\_%' and name <> 'usertwo_binding'"

type Asked = pg.QueryConfig | pg.QueryArrayConfig
interface Reader {
  read(rows: number): Promise<unknown[]>
  close(): Promise<void>
}
const Cursor: new (text: string, values: unknown[]) => pg.Submittable & Reader = require('pg-cursor')

let tables: SharedTables
let policy: ConnectionPolicy
let detach: () => void
let client: pg.Client
/** Without the layer. */
let admin: pg.Client

beforeAll(async () => {
  tables = await sharedTables()
  admin = new OwnClient(tables.adminUrl)
  await admin.connect()
  await admin.query(`create table notes (id serial, text text, n int); create table days (d date);
    grant all on notes, days to ${tables.requestRole};
    grant all on all sequences in schema public to ${tables.requestRole}`)
  detach = attach(pg, pgVersion, () => policy)
})
afterAll(async () => {
  detach()
  await admin.end()
})
beforeEach(async () => {
  policy = tables.policy
  client = new pg.Client(tables.url)
  await client.connect()
})
afterEach(() => client.end())

/** Sends the same query several times as one user; returns the last answer. */
async function times(count: number, asked: Asked | string, id = 7): Promise<pg.QueryResult> {
  let last: pg.QueryResult | undefined
  for (let done = 0; done < count; done++) last = await asPerson(id, () => client.query(asked as Asked))
  return last!
}
const rows = async (text: string, values: unknown[], id = 7) => (await times(1, { text, values }, id)).rows

/** The texts the server keeps for a connection, and how often each was executed with a generic plan. */
async function kept(on = client): Promise<string[]> {
  const text = `select statement from pg_prepared_statements where ${OURS} order by prepare_time`
  return (await asPerson(7, () => on.query<{ statement: string }>(text))).rows.map(
    ({ statement }) => statement,
  )
}

/** Returns the named texts sent to the server. */
async function parsed(work: () => Promise<unknown>): Promise<string[]> {
  const wire = (client as unknown as { connection: { parse(what: { name?: string; text: string }): void } })
    .connection
  const { parse } = wire
  const texts: string[] = []
  wire.parse = (what, ...more) => {
    if (what.name && what.name !== 'usertwo_binding') texts.push(what.text)
    return Reflect.apply(parse, wire, [what, ...more])
  }
  await work()
  wire.parse = parse
  return texts
}

describe('what the server keeps', () => {
  test('a text with values, from the third time on, whichever user sends it', async () => {
    await times(2, { text: MINE, values: [1] })
    expect(await kept()).toEqual([])
    expect((await times(1, { text: MINE, values: [1] }, 8)).rows).toEqual([{ title: 't1', n: 1 }])
    expect(await kept()).toEqual([MINE])
  })

  test('on another connection from the first time on, if it was sent before', async () => {
    const text = `${MINE} -- known`
    await times(3, { text, values: [1] })
    const other = new pg.Client(tables.url)
    await other.connect()
    await asPerson(8, () => other.query(text, [1]))
    expect(await kept(other)).toEqual([text])
    await other.end()
  })

  test.each<[string, Asked]>([
    ['every column', { text: 'select * from threads where n = $1', values: [1] }],
    ['a CTE', { text: 'with t as (select * from threads) select * from t where n = $1', values: [1] }],
    ['an insert', { text: 'insert into notes (text) values ($1) returning *', values: ['kept'] }],
    ['an update', { text: 'update notes set text = $1 where n = 4', values: ['kept'] }],
    ['a delete', { text: 'delete from notes where text = $1', values: ['none'] }],
    [
      'one that reads the time',
      { text: "select title from threads where title <> 'x' and now() > $1", values: ['2020-1-1'] },
    ],
    ['one behind a comment', { text: '/* list */ select n from threads where n = $1', values: [1] }],
    ['rows as lists', { text: 'select n, title from threads where n = $1', values: [1], rowMode: 'array' }],
    ['one statement with an empty list of values', { text: 'select n from threads limit 1', values: [] }],
  ])('%s', async (_what, asked) => {
    await times(3, asked)
    expect(await kept()).toContain(asked.text)
  })

  test.each<[string, Asked | string]>([
    ['text without values', 'select title from threads'],
    ['several statements', { text: 'select 1 as a; select 2 as b', values: [] }],
    ['what the app names', { name: 'mine', text: 'select 3 from threads where n = $1', values: [1] }],
    ['what comes in parts', { text: 'select 4 from threads where n < $1', values: [9], rows: 3 } as Asked],
    [
      'a literal that means another day tomorrow',
      { text: "select $1::date < 'today' as t", values: ['2020-1-1'] },
    ],
    ['SET and SHOW', { text: 'show work_mem', values: [] }],
    ['an explanation', { text: 'explain select * from threads where n = $1', values: [1] }],
    ['a text that has its values in it', { text: `select $1::int --${'x'.repeat(4_000)}`, values: [1] }],
  ])('not %s', async (_what, asked) => {
    await times(4, asked)
    expect(await kept()).toEqual([])
  })

  test('nothing inside a transaction, where a stale statement would end it', async () => {
    const text = `${MINE} -- in a transaction`
    await times(1, 'begin')
    await times(4, { text, values: [1] })
    await times(1, 'commit')
    expect(await kept()).toEqual([])
    await times(3, { text, values: [1] })
    expect(await kept()).toEqual([text])
  })

  test('no query object of the app, and no cursor', async () => {
    const text = 'select n from threads where n < $1 order by n'
    for (let at = 0; at < 4; at++) {
      const query = new pg.Query(text, [3])
      await new Promise((resolve, reject) => {
        query.on('end', resolve).on('error', reject)
        asPerson(7, () => client.query(query))
      })
      const cursor = asPerson(7, () => client.query(new Cursor(text, [3])))
      expect(await cursor.read(9)).toHaveLength(2)
      await cursor.close()
    }
    expect(await kept()).toEqual([])
  })

  test('nothing where a proxy does not support named statements', async () => {
    policy = { ...tables.policy, startupOptions: false }
    const text = `${MINE} -- pooled`
    await times(4, { text, values: [1] })
    expect(await kept()).toEqual([])
  })

  test('nothing below phase 6', async () => {
    policy = { ...tables.policy, requestRole: null }
    await times(4, { text: 'select title from users where id = $1', values: [1] }).catch(() => {})
    expect(await kept()).toEqual([])
  })

  test('what a builder of knex compiles, but not in its transactions', async () => {
    const scope = testPolicy()
    const db = scopeKnex(
      knex({ client: 'pg', connection: tables.url, pool: { min: 0, max: 1 } }),
      () => scope,
    )
    const ask = (on: typeof db) => asPerson(7, async () => await on('threads').where('n', 2).select())
    await db.transaction(async (trx) => {
      for (let at = 0; at < 4; at++) await ask(trx)
    })
    const { sql } = asPerson(7, () => db('threads').where('n', 2).select().toSQL().toNative())
    const connection = await db.client.acquireConnection()
    expect(await kept(connection)).toEqual([])
    db.client.releaseConnection(connection)
    for (let at = 0; at < 4; at++) expect(await ask(db)).toMatchObject([{ n: 2, user_id: 7 }])
    expect(await kept(connection)).toEqual([sql])
    await db.destroy()
  })

  test('at most 200 per connection; the least recently used gives way', async () => {
    const text = (at: number) => `select ${at} as n where $1`
    for (let at = 0; at < 210; at++) await times(3, { text: text(at), values: [true] })
    expect(await kept()).toHaveLength(200)
    expect(await kept()).not.toContain(text(205))
    for (let at = 0; at < 2_000; at++) await times(1, { text: text(1), values: [true] })
    await times(3, { text: text(205), values: [true] })
    const now = await kept()
    expect(now).toHaveLength(200)
    expect(now).toContain(text(205))
    expect(now).not.toContain(text(0))
    expect(now).toContain(text(1))
  })
})

describe('an answer is what it is without names', () => {
  test('when columns are added: outside transactions', async () => {
    await times(4, { text: ALL_MINE, values: [2] })
    await admin.query('alter table threads add column later text')
    const answers = await Promise.all([
      rows(ALL_MINE, [2]),
      rows(ALL_MINE, [1], 8),
      rows('select 1 as n', []),
    ])
    await admin.query('alter table threads drop column later')
    expect(answers).toMatchObject([
      [
        { n: 1, user_id: 7, later: null },
        { n: 2, later: null },
      ],
      [{ n: 1, user_id: 8 }],
      [{ n: 1 }],
    ])
    expect(Object.keys((await rows(ALL_MINE, [1]))[0])).not.toContain('later')
  })

  test('when columns are added: inside a transaction, by the same user and by another', async () => {
    await times(4, { text: ALL_MINE, values: [1] })
    await times(1, 'begin')
    await admin.query('alter table threads add column later text')
    expect(await rows(ALL_MINE, [1])).toMatchObject([{ later: null }])
    await times(1, 'commit')
    await admin.query('alter table threads drop column later')
    expect(await rows(ALL_MINE, [1])).toHaveLength(1)
  })

  test('when columns are added: an insert happens once', async () => {
    const text = 'insert into notes (text) values ($1) returning *'
    await times(4, { text, values: ['before'] })
    await admin.query('alter table notes add column later text')
    expect(await rows(text, ['after'])).toMatchObject([{ text: 'after', later: null }])
    expect((await admin.query("select text from notes where text = 'after'")).rows).toHaveLength(1)
    await admin.query('alter table notes drop column later; truncate notes')
  })

  test.each([
    ['text', 'abc', 'select n from notes where n = $1'],
    ['bigint', '5000000000', 'select n from notes where n = $1'],
    ['text', 'abc', 'insert into notes (n) values ($1)'],
    ['bigint', '5000000000', 'insert into notes (n) values ($1)'],
  ])('when a column becomes %s, to which %s belongs: %s', async (type, value, text) => {
    await times(4, { text, values: [3] })
    await admin.query(`alter table notes alter column n type ${type}`)
    try {
      await rows(text, [value])
    } finally {
      await admin.query('truncate notes; alter table notes alter column n type int using n::int')
    }
  })

  test.each([
    'discard all',
    'deallocate all',
    'select 1; deallocate all',
    "do $$ begin execute 'deallocate all'; end $$",
  ])('after %s', async (text) => {
    await times(4, { text: MINE, values: [1] })
    await times(1, text)
    // `discard all` also resets the role and user of the connection; the query sets what it needs.
    expect(await rows(MINE, [2])).toEqual([{ title: 't2', n: 2 }])
    expect(await rows(MINE, [3], 8)).toEqual([{ title: 't3', n: 3 }])
    expect(await kept()).toEqual([MINE])
  })

  test('after the one statement was deallocated, by callback and in a pool', async () => {
    const pool = new pg.Pool({ connectionString: tables.url, max: 1 })
    const ask = () =>
      new Promise<pg.QueryResult>((resolve, reject) => {
        asPerson(7, () => pool.query(MINE, [1], (error, result) => (error ? reject(error) : resolve(result))))
      })
    for (let at = 0; at < 3; at++) await ask()
    const pid = async () =>
      (await asPerson(7, () => pool.query('select pg_backend_pid() as pid'))).rows[0].pid
    const before = await pid()
    await asPerson(7, () =>
      pool.query(`do $$ declare one text; begin
        for one in select name from pg_prepared_statements where ${OURS} loop execute 'deallocate ' || one; end loop;
      end $$`),
    )
    expect((await ask()).rows).toEqual([{ title: 't1', n: 1 }])
    expect(await pid()).toBe(before)
    await pool.end()
  })

  test('in the order of the queries, with those queued behind it on the connection', async () => {
    await times(4, { text: ALL_MINE, values: [1] })
    await admin.query('alter table threads add column later text')
    const order: string[] = []
    const ask = (what: string, ...query: [string, unknown[]?]) =>
      asPerson(7, () => client.query(...query)).then(() => order.push(what))
    await Promise.all([
      ask('stale', ALL_MINE, [1]),
      ask('begin', 'begin'),
      ask('in it', MINE, [1]),
      ask('end', 'commit'),
    ])
    await admin.query('alter table threads drop column later')
    expect(order).toEqual(['stale', 'begin', 'in it', 'end'])
  })

  test('when the search path or the role changes', async () => {
    await admin.query(`create schema if not exists elsewhere; create table elsewhere.notes (id int, text text, n int);
      grant usage on schema elsewhere to ${tables.requestRole}; grant all on elsewhere.notes to ${tables.requestRole};
      insert into elsewhere.notes values (1, 'elsewhere', 1); insert into notes (text, n) values ('here', 1)`)
    const text = 'select text from notes where n = $1'
    await times(4, { text, values: [1] })
    expect(await rows(text, [1])).toEqual([{ text: 'here' }])
    await times(1, 'set search_path = elsewhere, public')
    expect(await rows(text, [1])).toEqual([{ text: 'elsewhere' }])
    await times(1, 'reset search_path')
    expect(await rows(text, [1])).toEqual([{ text: 'here' }])
    const people = {
      text: 'select count(distinct user_id)::int as n, current_user as who from threads where n = $1',
      values: [1],
    }
    await times(4, people)
    for (let at = 0; at < 3; at++) {
      const system = await asTheSystem(() => client.query(people))
      expect(system.rows).toEqual([{ n: 40, who: new URL(tables.url).username }])
      expect((await times(1, people, 9)).rows).toEqual([{ n: 1, who: tables.requestRole }])
      expect((await client.query(people)).rows).toEqual([{ n: 0, who: tables.requestRole }])
    }
    await admin.query('drop schema elsewhere cascade; truncate notes')
  })

  test('when the time zone changes, by itself or hidden in a function', async () => {
    const text = "select extract(epoch from '2026-06-01 00:00'::timestamptz)::int as at where $1"
    const at = Date.UTC(2026, 5, 1) / 1000
    await times(1, "set timezone = 'UTC'")
    await times(4, { text, values: [true] })
    expect(await rows(text, [true])).toEqual([{ at }])
    await times(1, "set timezone = 'Asia/Tokyo'")
    expect(await rows(text, [true])).toEqual([{ at: at - 9 * 3600 }])
    await times(4, { text, values: [true] })
    await times(1, "do $$ begin perform set_config('timezone', 'UTC', false); end $$")
    expect(await rows(text, [true])).toEqual([{ at }])
  })

  test('when an empty result comes first and a text after it', async () => {
    const text = 'select $1 as said'
    for (const said of [null, 'a', null, '5', 'b', 'c']) expect(await rows(text, [said])).toEqual([{ said }])
    const unclear = { text: 'select pg_typeof($1::text is null) as t where $2 is null', values: ['a', null] }
    for (let at = 0; at < 4; at++) {
      const asked = await parsed(async () =>
        expect(await failureOf(times(1, unclear))).toMatchObject({ code: '42P18' }),
      )
      expect(asked).toHaveLength(at < 2 ? 0 : 1)
    }
  })

  test('when a value does not fit: the error of the statement itself', async () => {
    await times(4, { text: MINE, values: [1] })
    expect(await failureOf(times(1, { text: MINE, values: ['many'] }))).toMatchObject({ code: '22P02' })
    expect(await rows(MINE, [1])).toHaveLength(1)
    const divided = { text: 'select 1 / ($1::int - n + n) from threads limit 1', values: [0] }
    for (let at = 0; at < 6; at++) expect(await failureOf(times(1, divided))).toMatchObject({ code: '22012' })
  })

  test('after a value that could not be sent', async () => {
    await times(4, { text: MINE, values: [1] })
    const unsendable = {
      toPostgres() {
        throw new Error('not now')
      },
    }
    expect(await failureOf(times(1, { text: MINE, values: [unsendable] }))).toMatchObject({
      message: 'not now',
    })
    expect(await rows(MINE, [1])).toEqual([{ title: 't1', n: 1 }])
    expect(await rows(MINE, [2], 8)).toEqual([{ title: 't2', n: 2 }])
  })

  test('when it fails while running: nothing runs twice', async () => {
    const text = "select nextval('notes_id_seq') / $1::int as n"
    await times(4, { text, values: [1] })
    const [{ n }] = await rows(text, [1])
    expect(await failureOf(times(1, { text, values: [0] }))).toMatchObject({ code: '22012' })
    expect(await rows(text, [1])).toEqual([{ n: String(Number(n) + 2) }])
  })
})

test('a statement that the app names is left to the app, and so is its failure', async () => {
  const own = { name: 'own', text: ALL_MINE, values: [1] }
  await times(4, { text: ALL_MINE, values: [1] })
  await times(4, own)
  const text =
    "select name from pg_prepared_statements where statement = 'select * from threads where n <= $1 order by n' order by 1"
  expect((await times(1, text)).rows).toEqual([
    { name: 'own' },
    { name: expect.stringMatching(/^usertwo_[0-9a-f]{32}$/) },
  ])
  await admin.query('alter table threads add column later text')
  expect(await failureOf(times(1, own))).toMatchObject({ code: '0A000' })
  expect(await rows(ALL_MINE, [1])).toMatchObject([{ later: null }])
  await admin.query('alter table threads drop column later')
})

test('forty users get their own rows by kept statements, on a pool of two, while columns come and go', async () => {
  const pool = smallPool(tables.url)
  let over = false
  const changes = (async () => {
    while (!over) {
      await admin.query('alter table threads add column later text')
      await sleep(20)
      await admin.query('alter table threads drop column later')
      await sleep(20)
    }
  })()
  const counters = await concurrently(2000, async (see) => {
    see(owners((await pool.query('select * from threads where n < $1', [4])).rows))
    see(owners((await pool.query('select user_id from threads where n < $1 limit $2', [9, 3])).rows))
  })
  over = true
  await changes
  const client = await pool.connect()
  expect((await kept(client)).length).toBeGreaterThan(0)
  client.release()
  await pool.end()
  expect(counters).toMatchObject({ wrong: 0, lost: 0 })
})
