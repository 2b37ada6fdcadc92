// A row below another user's, written without the query layer: it fails as one below a row that is not there.
import express from 'express'
import pg from 'pg'
// @ts-expect-error it has no types
import Cursor from 'pg-cursor'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asUser, scope } from '../../src/index.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const SCHEMA = `
  create table lists (id int primary key, user_id int not null references users);
  create table items (id serial primary key, list_id int not null references lists on delete cascade, name text,
    user_id int not null references users);
  insert into lists values (1, 1), (2, 2);
  insert into items (list_id, name, user_id) values (1, 'first', 1), (2, 'second', 2)`
const INSERT = 'insert into items (list_id) values ($1)'
const UPDATE = 'update items set list_id = $1 where id = 1'
const MISSING = 99

let app: WrappedApp
let pool: pg.Pool

beforeAll(async () => {
  app = await wrappedApp(() => express(), {
    config: {
      tables: {
        notes: { owner: 'user_id' },
        lists: { owner: 'user_id' },
        items: { owner: 'user_id' },
      },
    },
    schema: SCHEMA,
  })
  pool = scope(new pg.Pool({ connectionString: app.urls.url, max: 2 }))
})
afterAll(async () => {
  await pool?.end()
  await app?.dispose()
})

/** How a write by user 1 ends: all that an app sees of its error, and after how many statements. */
type Way = (sql: string, parent: number) => Promise<unknown>

const inTransaction = async (statements: (client: pg.PoolClient) => Promise<unknown>) => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    return await statements(client)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

const WAYS: Record<string, Way> = {
  'a query': (sql, parent) => pool.query(sql, [parent]),
  'a prepared statement': (text, parent) => pool.query({ name: `w${text.length}`, text, values: [parent] }),
  'text without values': (sql, parent) => pool.query(sql.replace('$1', String(parent))),
  'a cursor': async (sql, parent) => {
    const client = await pool.connect()
    const cursor = client.query(new Cursor(`${sql} returning id`, [parent]))
    try {
      return await cursor.read(1)
    } finally {
      await cursor.close()
      client.release()
    }
  },
  'a transaction': (sql, parent) => inTransaction((client) => client.query(sql, [parent])),
}

const failure = (way: Way, sql: string, parent: number) =>
  asUser(1, () =>
    way(sql, parent).then(
      () => null,
      ({ code, constraint, table, detail, message }) => ({ code, constraint, table, detail, message }),
    ),
  )

test.each(
  Object.entries(WAYS).flatMap(([name, way]) => [INSERT, UPDATE].map((sql) => [name, sql, way] as const)),
)(
  'U7: by %s a foreign parent fails as a missing one: %s',
  async (_name, sql, way) => {
    const missing = await failure(way, sql, MISSING)
    expect(missing).toMatchObject({ code: '23503', constraint: 'items_list_id_fkey', table: 'items' })
    expect(await failure(way, sql, 2)).toEqual(missing)
    expect(await failure(way, sql, 1)).toBeNull()
  },
  20_000,
)

test('two users who write below own and foreign rows at the same time hear of their own alone', async () => {
  const ask = (user: number, parent: number) =>
    asUser(user, () =>
      pool.query(INSERT, [parent]).then(
        () => 'stored',
        ({ constraint }) => constraint,
      ),
    )
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) => {
      const [user, parent] = [1 + (n % 2), 1 + (Math.floor(n / 2) % 2)]
      return ask(user, parent).then((answer) => [user === parent, answer])
    }),
  )
  for (const [own, answer] of answers) expect(answer).toBe(own ? 'stored' : 'items_list_id_fkey')
  expect(
    await app.stored('select from items i join lists l on l.id = i.list_id where i.user_id <> l.user_id'),
  ).toEqual([])
})
