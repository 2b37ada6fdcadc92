import { AsyncResource } from 'node:async_hooks'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  asPerson,
  asTheSystem,
  failureOf,
  pgVersion,
  type SharedTables,
  sharedTables,
} from '../../../../../test/support/shared-tables.js'
import { asSystem } from '../../../../core/context.js'
import { attach } from '../attach.js'

let tables: SharedTables
let pool: pg.Pool
let detach: () => void
let largeObjects: 'allowed' | undefined
beforeAll(async () => {
  tables = await sharedTables()
  detach = attach(pg, pgVersion, () => ({ ...tables.policy, largeObjects }))
  pool = new pg.Pool({ connectionString: tables.url, max: 2 })
  // The database is dropped while connections close.
  pool.on('error', () => {})
})
afterAll(async () => {
  await pool.end()
  detach()
})

/** A large object, made as the app makes it for a user. */
const made = async () => {
  const { rows } = await asTheSystem(() =>
    pool.query<{ oid: number }>(`select lo_from_bytea(0, 'a secret') as oid`),
  )
  return rows[0]!.oid
}

describe('U5: a request reaches no large object', () => {
  test('of another user, where several users ask at the same time on a small pool', async () => {
    const oid = await made()
    const codes = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        const ask = () => pool.query('select lo_get($1)', [oid])
        return (await failureOf(asPerson(1 + (at % 4), ask))).code
      }),
    )
    expect(new Set(codes)).toEqual(new Set(['large_object_refused']))
    const { rows } = await asPerson(1, () => pool.query('select count(*)::int as n from threads'))
    expect(rows).toEqual([{ n: 50 }])
  })

  test.each([
    'select lo_put(1, 0, $$x$$)',
    'select lo_from_bytea(0, $$x$$)',
    'select LO_Get (1)',
    'select pg_catalog."lo_get"(1)',
    'select u&"lo\\005fget"(1)',
    'select lo_get/* a comment */(1)',
    'select loread(lo_open(1, 262144), 100)',
    'select lowrite(0, $$x$$)',
    'select title from threads where length(lo_get(1)) > 0',
    'select 1; select lo_unlink(1)',
    'prepare reading as select lo_get(1)',
    'do $$ begin perform lo_unlink(1); end $$',
    "do 'begin perform lo_unlink(1); end'",
  ])('%s', async (sql) => {
    const error = await failureOf(asPerson(1, () => pool.query(sql)))
    expect(error.code).toBe('large_object_refused')
    expect(error.message).toContain('bytea')
  })

  test('nor does an anonymous one, nor a cursor', async () => {
    expect((await failureOf(pool.query('select lo_get(1)'))).code).toBe('large_object_refused')
    const asked = new pg.Query({ text: 'select lo_get(1)' } as pg.QueryConfig)
    const client = await asPerson(1, () => pool.connect())
    const refused = new Promise((resolve) => asked.on('error', resolve))
    asPerson(1, () => client.query(asked))
    expect(await refused).toMatchObject({ code: 'large_object_refused' })
    client.release()
  })
})

test.each([
  "select 'lo_get(1)' as text",
  'select 1 as lo_get',
  'select 1 as one -- lo_get(1)',
  "insert into threads (title) values ('do lo_put(1, 2) in it') on conflict do nothing",
  'with lo_total(n) as (select 1) select n from lo_total',
])('what only names a function of large objects is not refused: %s', async (sql) => {
  await asPerson(1, () => pool.query(sql))
})

test('a function that was bound to the system reads an object for a request', async () => {
  const oid = await made()
  const contentOf = asSystem('read a large object', () =>
    AsyncResource.bind(async (one: number) => {
      const { rows } = await pool.query<{ bytes: Buffer }>('select lo_get($1) as bytes', [one])
      return rows[0]!.bytes.toString()
    }),
  )
  expect(await asPerson(1, () => contentOf(oid))).toBe('a secret')
  const after = async () => {
    await contentOf(oid)
    return pool.query('select lo_get($1)', [oid])
  }
  expect((await failureOf(asPerson(1, after))).code).toBe('large_object_refused')
})

test('the system, and a request where the configuration allows it, reach large objects', async () => {
  const oid = await made()
  const { rows } = await asTheSystem(() => pool.query('select lo_get($1)::text as text', [oid]))
  expect(rows).toHaveLength(1)
  largeObjects = 'allowed'
  try {
    const own = await asPerson(1, () => pool.query(`select lo_from_bytea(0, 'shared') as oid`))
    const { oid: shared } = own.rows[0] as { oid: number }
    await asPerson(2, () => pool.query('select lo_get($1)', [shared]))
  } finally {
    largeObjects = undefined
  }
})
