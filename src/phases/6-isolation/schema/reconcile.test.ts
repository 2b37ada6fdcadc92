import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../test/support/ownership-pile.js'
import { ownershipStatus } from '../../../../test/support/ownership-status.js'
import { addedColumns, findTable, readCatalog } from '../../../database/catalog.js'
import { planOwnership } from './plan/plan-ownership.js'
import { reconcileOwnership } from './reconcile.js'
import type { Step } from './step.js'

describe('an app with one user', () => {
  let db: Pile
  let done: Step[]

  beforeAll(async () => {
    db = await pile()
    done = (await reconcileOwnership(db.app, db.plan)).done
    await db.admin.query(`insert into users values (2, 'second')`)
  })
  afterAll(() => db.close())

  test('names every step once, expanding before enforcing', () => {
    expect(new Set(done.map((step) => step.name)).size).toBe(done.length)
    const kinds = done.map((step) => step.kind)
    expect(kinds.lastIndexOf('expand')).toBeLessThan(kinds.indexOf('enforce'))
  })

  test('a second run has nothing to do', async () => {
    expect(await planOwnership(db.app, db.plan)).toEqual([])
    expect(await reconcileOwnership(db.app, db.plan)).toEqual({ done: [] })
    expect(await ownershipStatus(db.app, db.plan)).toMatchObject({ complete: true, enforced: true, floor: 0 })
  })

  test('owner columns are not null and default to the current user; only added columns are marked', async () => {
    const catalog = await readCatalog(db.app)
    for (const name of ['threads', 'sessions', 'events', 'snapshots', 'settings'])
      expect(findTable(catalog, name)?.columns.find((column) => column.name === 'user_id')).toMatchObject({
        nullable: false,
        default: 'usertwo.uid()',
      })
    expect((await addedColumns(db.app)).map(({ table }) => table)).toEqual([
      'public.events',
      'public.settings',
      'public.snapshots',
    ])
  })

  test('old code under the plain login sees only the owner’s rows and stamps the owner', async () => {
    const second = await db.as(2)
    await second.query(`insert into threads (title) values ('of the second')`)
    expect(await outcome(db.app, 'select distinct user_id from threads')).toEqual([{ user_id: 1 }])
    expect(await outcome(db.app, `insert into events (type) values ('roll') returning user_id`)).toEqual([
      { user_id: 1 },
    ])
    expect(
      await outcome(db.app, `insert into threads (title, user_id) values ('x', 1) returning user_id`),
    ).toEqual([{ user_id: 1 }])
    expect(await outcome(db.app, `update threads set notes = 'n' where user_id = 2`)).toEqual([0])
    expect(await outcome(db.app, 'delete from threads where user_id = 2')).toEqual([0])
    expect(await outcome(db.app, 'select * from users')).toEqual([{ id: 1, username: 'default_user' }])
    expect(await outcome(second, `select title from threads`)).toEqual([{ title: 'of the second' }])
  })

  test('a bound user sees and writes only their own rows, stamped by the default', async () => {
    const third = 3
    await db.admin.query(`insert into users values (3, 'third')`)
    const client = await db.as(third)
    expect(await outcome(client, 'select * from threads')).toEqual([0])
    expect(await outcome(client, `insert into threads (title) values ('new') returning user_id`)).toEqual([
      { user_id: 3 },
    ])
    expect(await outcome(client, `insert into threads (title, user_id) values ('gift', 1)`)).toBe('42501')
    expect(await outcome(client, 'update threads set user_id = 1')).toBe('42501')
    expect(await outcome(client, `update threads set notes = 'x' where id = 1`)).toEqual([0])
    expect(await outcome(client, 'delete from threads where id = 1')).toEqual([0])
    expect(await outcome(client, 'select id from users')).toEqual([{ id: 3 }])
    expect(await outcome(client, `update users set username = 'me'`)).toEqual([1])
  })

  test('an unbound session sees nothing and writes nothing', async () => {
    const unbound = await db.as(null)
    for (const table of ['threads', 'sessions', 'events', 'snapshots', 'settings', 'users'])
      expect(await outcome(unbound, `select * from ${table}`), table).toEqual([0])
    expect(await outcome(unbound, `insert into threads (title) values ('x')`)).toBe('42501')
    await unbound.query(`set usertwo.user_id = ''`)
    expect(await outcome(unbound, 'select * from threads')).toEqual([0])
    await unbound.query(`set usertwo.user_id = 'outside'`)
    for (const table of ['threads', 'sessions', 'events', 'snapshots', 'settings', 'users'])
      expect(await outcome(unbound, `select * from ${table}`), table).toBe('22P02')
    expect(await outcome(unbound, `insert into threads (title) values ('x')`)).toBe('22P02')
    expect(await outcome(unbound, 'select title from tasks')).toEqual([{ title: 'merge' }])
  })

  test('the request role cannot reach anything else', async () => {
    const client = await db.as(2)
    await db.admin.query('create table if not exists usertwo.secret (id int)')
    for (const sql of [
      'truncate threads',
      'create table public.mine (id int)',
      'alter table threads disable row level security',
      'drop table threads',
      `insert into users (username) values ('x')`,
      'delete from users',
      `insert into tasks (title) values ('x')`,
      'select * from agent_metrics',
      'select * from knex_migrations',
      'select * from usertwo.secret',
      'create or replace function usertwo.uid() returns int language sql as $$ select 1 $$',
    ])
      expect(await outcome(client, sql), sql).toBe('42501')
    expect(await outcome(client, 'select title from tasks')).toEqual([{ title: 'merge' }])
  })

  test('the system sees everything as the login, and nothing as the request role', async () => {
    const system = await db.system()
    expect(await outcome(system, 'select count(distinct user_id)::int > 1 as many from threads')).toEqual([
      { many: true },
    ])
    expect(await outcome(system, `insert into settings (start_die) values (4)`)).toBe('23502')
    expect(await outcome(await db.as('system'), 'select * from threads')).toEqual([0])
  })

  test('a child of a foreign parent is refused at once, by the key alone at commit, so a cascade never reaches it', async () => {
    const second = await db.as(2)
    const [mine] = (await second.query(`insert into threads (title) values ('p') returning id`)).rows
    await second.query(`insert into events (type, thread_id) values ('rate', $1)`, [mine.id])
    expect(await outcome(second, `insert into events (type, thread_id) values ('rate', 1)`)).toBe('23503')
    await db.admin.query('alter table events disable trigger "0_usertwo_parents"')
    await second.query('begin')
    await second.query(`insert into events (type, thread_id) values ('rate', 1)`)
    expect(await outcome(second, 'commit')).toBe('23503')
    await db.admin.query('alter table events enable trigger "0_usertwo_parents"')
    expect(await outcome(second, `update events set thread_id = 1`)).toBe('23503')
    expect(await outcome(second, `insert into snapshots (session_id, thread_states) values (1, '{}')`)).toBe(
      '23503',
    )
    const before = (await db.admin.query('select * from events where user_id = 2')).rows
    expect(await outcome(db.app, 'delete from threads where id = 1')).toEqual([1])
    expect((await db.admin.query('select * from events where user_id = 2')).rows).toEqual(before)
    expect(before.length).toBeGreaterThan(0)
  })

  test("the app's own cascades and set null still work next to the composite keys", async () => {
    await db.app.query(`insert into events (type, thread_id) values ('rate', 3)`)
    expect(await outcome(db.app, 'delete from threads where id in (2, 3)')).toEqual([2])
    expect(await outcome(db.app, 'select * from events where thread_id = 3')).toEqual([0])
    expect(await outcome(db.app, 'select pending_thread_id from sessions where id = 1')).toEqual([
      { pending_thread_id: null },
    ])
  })

  test('a row without an owner is impossible', async () => {
    for (const client of [db.app, await db.as(2), db.admin])
      expect(await outcome(client, `insert into threads (title, user_id) values ('x', null)`)).toMatch(
        /23502|42501/,
      )
    expect(await outcome(db.admin, `update threads set user_id = null`)).toBe('23502')
  })

  test("the app's own migrations still run as the table owner", async () => {
    for (const sql of [
      'alter table threads add column extra int default 3',
      'create index on threads (extra)',
      `update threads set extra = 4`,
      'alter table threads drop column extra',
      'create table later (id serial primary key)',
      'drop table later',
      `insert into knex_migrations (name) values ('second')`,
    ])
      expect(await outcome(db.app, sql), sql).toBeInstanceOf(Array)
    expect(await planOwnership(db.app, db.plan)).toEqual([])
  })
})

test('a table that became private before it had a child gets the key that its first child needs', async () => {
  const db = await pile()
  try {
    await reconcileOwnership(db.app, db.plan)
    await db.app.query('create table marks (id serial primary key, setting_id int references settings)')
    const plan = {
      ...db.plan,
      tables: { ...db.plan.tables, marks: { owner: 'user_id', access: 'private' as const } },
    }
    await reconcileOwnership(db.app, plan)
    expect(await planOwnership(db.app, plan)).toEqual([])
    await db.admin.query(`insert into users values (2, 'second')`)
    const planted = 'begin; insert into marks (setting_id) values (1); commit'
    expect(await outcome(await db.as(2), planted)).toBe('23503')
  } finally {
    await db.close()
  }
})
