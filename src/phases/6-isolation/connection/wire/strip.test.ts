import type { Readable } from 'node:stream'
import knex from 'knex'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  asPerson,
  drained,
  pgVersion,
  require,
  type SharedTables,
  sharedTables,
} from '../../../../../test/support/shared-tables.js'
import { attach } from '../attach.js'
import type { ConnectionPolicy } from '../policy.js'

const QueryStream: new (text: string) => pg.Submittable & Readable = require('pg-query-stream')
const Cursor: new (
  text: string,
) => pg.Submittable & { read(rows: number): Promise<unknown[]>; close(): Promise<void> } =
  require('pg-cursor')

const USER = { id: 3, username: 'u3' }
const ONE = 'where id = 3'

let tables: SharedTables
let added: Map<string, string>
let detach: () => void
let role: string | null
beforeAll(async () => {
  tables = await sharedTables()
  added = await addedColumns(tables.adminUrl)
  detach = attach(pg, pgVersion, policy)
})
afterAll(() => detach())

function policy(): ConnectionPolicy {
  return {
    ...tables.policy,
    requestRole: role,
    addedColumn: ({ tableID, columnID }) => added.get(`${tableID}.${columnID}`),
  }
}

/** `email` of users and the owner column of threads, as usertwo adds them. */
async function addedColumns(adminUrl: string): Promise<Map<string, string>> {
  const admin = new pg.Client(adminUrl)
  await admin.connect()
  const { rows } = await admin.query<{ key: string; name: string }>(`
    select attrelid::int || '.' || attnum as key, attname as name from pg_attribute
    where (attrelid, attname) in (('users'::regclass, 'email'), ('threads'::regclass, 'user_id'))`)
  await admin.end()
  return new Map(rows.map((row) => [row.key, row.name]))
}

describe.each([
  ['at phase 6', true],
  ['below phase 6', false],
])('%s', (_, bound) => {
  let client: pg.Client
  beforeAll(async () => {
    role = bound ? tables.requestRole : null
    client = new pg.Client(tables.url)
    await client.connect()
    // Below phase 6 no user is bound, and this login is subject to the policies: it makes itself user 3.
    if (!bound) await client.query("set usertwo.user_id = '3'")
  })
  afterAll(() => client.end())

  const rowsOf = (query: string | pg.QueryConfig) => asPerson(3, async () => (await client.query(query)).rows)

  test.each([
    ['*', `select * from users ${ONE}`],
    ['an alias', `select u.* from users u ${ONE}`],
    ['a CTE', `with x as (select * from users ${ONE}) select * from x`],
    ['a sub-select', `select * from (select * from users) s ${ONE}`],
    ['RETURNING *', `update users set username = username ${ONE} returning *`],
  ])('leaves the added column out of %s', async (_name, text) => {
    expect(await rowsOf(text)).toEqual([USER])
    expect(await rowsOf({ name: text.slice(0, 40), text })).toEqual([USER])
  })

  test('leaves it out of both tables of a join, and of the fields', async () => {
    const text = 'select t.*, u.* from threads t join users u on u.id = 3 where t.n = 1'
    const result = await asPerson(3, () => client.query(text))
    expect(result.fields.map((field) => field.name)).toEqual(['id', 'title', 'n', 'id', 'username'])
    expect(Object.keys(result.rows[0])).toEqual(['id', 'title', 'n', 'username'])
  })

  test('leaves it out of rows as arrays and of several results', async () => {
    const text = `select * from users ${ONE}`
    const arrays = await asPerson(3, () => client.query({ text, rowMode: 'array' }))
    expect(arrays.rows).toEqual([[3, 'u3']])
    const several = await asPerson(3, () => client.query(`${text}; select 1 as one; ${text}`))
    expect((several as unknown as pg.QueryResult[]).map((result) => result.rows)).toEqual([
      [USER],
      [{ one: 1 }],
      [USER],
    ])
  })

  test('leaves it out of a cursor, a stream and a FETCH', async () => {
    await asPerson(3, async () => {
      const cursor = client.query(new Cursor(`select * from users ${ONE}`))
      expect(await cursor.read(5)).toEqual([USER])
      await cursor.close()
      const rows: unknown[] = []
      await drained(client.query(new QueryStream(`select * from users ${ONE}`)), (row) => rows.push(row))
      expect(rows).toEqual([USER])
      await client.query('begin')
      await client.query(`declare c cursor for select * from users ${ONE}`)
      expect((await client.query('fetch 1 from c')).rows).toEqual([USER])
      await client.query('rollback')
    })
  })

  test('shows it to a query that names it, as a whole word', async () => {
    expect(await rowsOf(`select email from users ${ONE}`)).toEqual([{ email: 'canary3' }])
    expect(await rowsOf(`select "email" as address from users ${ONE}`)).toEqual([{ address: 'canary3' }])
    expect(await rowsOf(`select *, 1 as emails from users ${ONE}`)).toEqual([{ ...USER, emails: 1 }])
    expect(await rowsOf(`select *, 1 as my_email from users ${ONE}`)).toEqual([{ ...USER, my_email: 1 }])
    expect(await rowsOf('select user_id from threads limit 1')).toEqual([{ user_id: 3 }])
  })

  test('shows a named statement the columns its own text names, when it is sent by name alone', async () => {
    await rowsOf({ name: 'address', text: `select email from users ${ONE}` })
    expect(await rowsOf({ name: 'address' } as pg.QueryConfig)).toEqual([{ email: 'canary3' }])
  })

  test('keeps other columns of the same name and what is computed', async () => {
    expect(await rowsOf('select 1 as email')).toEqual([{ email: 1 }])
    expect(await rowsOf(`select count(*)::int as n from users ${ONE}`)).toEqual([{ n: 1 }])
  })
})

test('leaves it out of knex’s results', async () => {
  role = tables.requestRole
  const db = knex({ client: 'pg', connection: tables.url, pool: { min: 0, max: 2 } })
  await asPerson(3, async () => {
    expect(await db('users').where({ id: 3 })).toEqual([USER])
    expect(await db('users').where({ id: 3 }).first('id', 'email')).toEqual({ id: 3, email: 'canary3' })
    expect(Object.keys((await db('threads').insert({ title: 'x' }).returning('*'))[0])).toEqual([
      'id',
      'title',
      'n',
    ])
  })
  await db.destroy()
})
