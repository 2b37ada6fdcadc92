import { setTimeout as sleep } from 'node:timers/promises'
import knex, { type Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ThrowAwayServer, throwAwayServer } from '../../../../proof/postgres/throw-away.js'
import { asUser, testPolicy } from '../../../../test/support/compiling-knex.js'
import { scopeKnex } from './scope-knex.js'

const USERS = [1, 2, 3]
let server: ThrowAwayServer
let db: Knex
let bare: Knex

beforeAll(async () => {
  server = await throwAwayServer()
  bare = knex({ client: 'pg', connection: server.adminUrl })
  await bare.raw(`
    create table users (id int primary key, name text);
    create table tags (id int primary key, n int);
    create table threads (id int primary key, user_id int not null, n int);
    create table events (id serial primary key, user_id int not null, n int, tag_id int references tags,
      thread_id int references threads, parent_id int references events, made_by int references users)`)
  await bare('users').insert(USERS.map((id) => ({ id, name: `u${id}` })))
  await bare('threads').insert(
    USERS.flatMap((user) => [1, 2].map((n) => ({ id: user * 10 + n, user_id: user, n }))),
  )
  await bare('tags').insert({ id: 1, n: 1 })
  const events = new Map(
    Object.entries({
      thread_id: { table: 'threads', column: 'id' },
      parent_id: { table: 'events', column: 'id' },
      made_by: { table: 'users', column: 'id' },
      tag_id: { table: 'tags', column: 'id' },
    }),
  )
  const policy = testPolicy({ parents: (table) => (table === 'events' ? events : undefined) })
  const connection = { connectionString: server.adminUrl }
  db = scopeKnex(
    knex({ client: 'pg', connection, pool: { min: 0, max: 2 } }),
    () => policy,
    (table) => new Set(table === 'threads' ? ['user_id'] : []),
  )
}, 120_000)

afterAll(async () => {
  await db?.destroy()
  await bare?.destroy()
  await server?.stop()
})

describe('a refused query', () => {
  it('is a rejection of its promise, not a throw', async () => {
    const settled = await Promise.allSettled([
      db('threads'),
      db('threads').first(),
      db('novelties'),
      db.transaction(async (trx) => await trx('threads')),
      asUser(2, async () => await db('users').insert({ id: 9 })),
      asUser(2, async () => await db('threads').insert({ id: 99, user_id: 3 })),
    ])
    expect(settled.map((one) => (one.status === 'rejected' ? one.reason.code : one.value))).toEqual([
      'no_current_user',
      'no_current_user',
      'unclassified_table',
      'no_current_user',
      'users_refused',
      'foreign_owner',
    ])
  })

  it('is an error event of its stream', async () => {
    const failed = new Promise((resolve) => db('threads').stream().on('error', resolve))
    expect(await failed).toMatchObject({ code: 'no_current_user' })
  })

  it('leaves the pool as it was', async () => {
    for (let i = 0; i < 5; i++) await expect(db('threads')).rejects.toThrow()
    await expect(asUser(2, async () => await db('threads').pluck('id'))).resolves.toEqual([21, 22])
  })
})

describe('several users on a pool of two', () => {
  it('each read their own rows, by every way knex has of querying', async () => {
    const ask = async (user: number) => {
      await sleep(Math.random() * 20)
      const trx = await db.transaction()
      const inTransaction = await trx('threads').pluck('id')
      const inSavepoint = await trx.transaction(async (inner) => await inner('threads').pluck('id'))
      await trx.rollback()
      const query = db('threads').pluck('id')
      const later = await db.transaction(async (other) => await query.transacting(other))
      const withParams = await db.withUserParams({ a: 1 })('threads').pluck('id')
      const { c } = (await db('threads').where({ user_id: 1 }).count('* as c').first()) as { c: string }
      const own = [user * 10 + 1, user * 10 + 2]
      expect([inTransaction, inSavepoint, later, withParams]).toEqual([own, own, own, own])
      expect(c).toBe('2')
    }
    const askers = Array.from({ length: 60 }, (_, i) => USERS[i % USERS.length]!)
    await Promise.all(askers.map((user) => asUser(user, async () => await ask(user))))
  })

  it('each stream their own rows', async () => {
    const streaming = scopeKnex(
      knex({ client: 'pg', connection: server.adminUrl, pool: { min: 0, max: 2 } }),
      () => testPolicy(),
    )
    const ids = async () => {
      const seen: number[] = []
      for await (const row of streaming('threads').select('id').stream()) seen.push(row.id)
      return seen
    }
    const all = await Promise.all(USERS.map((user) => asUser(user, ids)))
    expect(all).toEqual([
      [11, 12],
      [21, 22],
      [31, 32],
    ])
    await streaming.destroy()
  })

  it('write in bulk, each their own rows', async () => {
    const rows = (user: number) => Array.from({ length: 7 }, (_, i) => ({ id: user * 1_000 + i, user_id: 1 }))
    await Promise.all(
      USERS.map((user) => asUser(user, async () => await db.batchInsert('threads', rows(user), 3))),
    )
    const counts = await bare('threads')
      .where('id', '>=', 1_000)
      .groupBy('user_id')
      .count('*')
      .orderBy('user_id')
    expect(counts.map((row) => row.count)).toEqual(['7', '7', '7'])
    await bare('threads').where('id', '>=', 1_000).del()
  })
})

describe('a foreign parent at the write', () => {
  const asked = (row: Record<string, unknown>) =>
    asUser(2, async () => await db('events').insert(row).returning(['user_id', 'thread_id', 'made_by']))
  const refusal = (row: Record<string, unknown>) =>
    asked(row).then(
      () => null,
      ({ code, constraint, detail }) => ({ code, constraint, detail }),
    )

  it('answers exactly like a missing one, on insert and on update', async () => {
    const foreign = await refusal({ thread_id: 11 })
    expect(foreign).toMatchObject({ code: '23503', constraint: 'events_thread_id_fkey' })
    expect(foreign).toEqual(await refusal({ thread_id: 4_711 }))
    const [{ id }] = await asUser(2, async () => await db('events').insert({ thread_id: 21 }).returning('id'))
    const move = (thread_id: number) =>
      asUser(2, async () => await db('events').where({ id }).update({ thread_id })).catch(
        ({ detail }) => detail,
      )
    expect(await move(31)).toBe(await move(4_711))
    expect(await move(22)).toBe(1)
  })

  it('does not matter where the parent is the user’s own, shared, or null', async () => {
    expect(await asked({ thread_id: 22, tag_id: 1 })).toEqual([{ user_id: 2, thread_id: 22, made_by: null }])
    expect(await asked({ thread_id: '22', parent_id: null })).toMatchObject([{ thread_id: 22 }])
  })

  it('that old code spells as the owner’s id means the current user', async () => {
    expect(await asked({ made_by: 1 })).toMatchObject([{ made_by: 2 }])
    expect(await refusal({ made_by: 3 })).toMatchObject({ code: '23503' })
  })

  it('may be a row of the same insert', async () => {
    const rows = [{ id: 500 }, { id: 501, parent_id: 500 }]
    const made = await asUser(2, async () => await db('events').insert(rows).returning('parent_id'))
    expect(made).toEqual([{ parent_id: null }, { parent_id: 500 }])
  })
})

describe('knex’s own work', () => {
  it('migrations and schema inspection run without a user', async () => {
    const migrationSource = {
      getMigrations: async () => ['one'],
      getMigrationName: (name: string) => name,
      getMigration: async () => ({
        up: (schema: Knex) => schema.schema.createTable('made', (table) => void table.increments()),
        down: (schema: Knex) => schema.schema.dropTable('made'),
      }),
    }
    await db.migrate.latest({ migrationSource })
    await expect(db.migrate.status({ migrationSource })).resolves.toBe(0)
    await expect(db.schema.hasTable('made')).resolves.toBe(true)
    await expect(db.schema.hasColumn('threads', 'user_id')).resolves.toBe(true)
    await expect(db('threads').columnInfo('n')).resolves.toMatchObject({ type: 'integer' })
    await db.migrate.rollback({ migrationSource })
    await expect(db.schema.hasTable('made')).resolves.toBe(false)
  })
})

it('columnInfo hides the columns that usertwo has added, and leaves those of other tables', async () => {
  expect(Object.keys(await asUser(2, () => db('threads').columnInfo()))).toEqual(['id', 'n'])
  expect(Object.keys(await db('events').columnInfo())).toContain('user_id')
})
