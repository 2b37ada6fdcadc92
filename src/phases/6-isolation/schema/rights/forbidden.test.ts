import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { lintOwnership } from '../lint.js'
import type { OwnershipPlan } from '../plan/ownership-plan.js'
import { planOwnership } from '../plan/plan-ownership.js'
import { reconcileOwnership } from '../reconcile.js'

const SCHEMA = `
  create table users (id serial primary key, username text);
  create table posts (id serial primary key, slug text not null unique, title text not null, done bool not null default false,
    board int not null default 1, author_id int not null references users);
  create table notes (id serial primary key, post_id int, user_id int not null references users);
  insert into users values (1, 'owner');
  insert into posts (id, slug, title, author_id) select n, 's' || n, 'post', 1 from generate_series(1, 5) n;
  insert into notes (post_id, user_id) values (2, 1)`

const tables = (more: object = {}): OwnershipPlan['tables'] => ({
  posts: { owner: 'author_id', access: 'readable', ...more },
  notes: { owner: 'user_id', access: 'private' },
})

let db: Pile
let second: pg.Client
beforeAll(async () => {
  db = await pile({ schema: SCHEMA, tables: tables() })
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second'), (3, 'third');
    insert into posts (id, slug, title, done, author_id) values (20, 's20', 'theirs', false, 2), (21, 's21', 'theirs', true, 2)`)
  second = await db.as(2)
})
afterAll(() => db?.close())

const posts = async () =>
  (await db.admin.query('select * from posts order by id')).rows.map((row) => JSON.stringify(row)).join()

describe('a write that names another user’s readable row', () => {
  test.each([
    ['update posts set title = $1 where id = $2', ['new', 1]],
    [`update posts set title = 'new' where id = 1`, []],
    ['delete from posts where id = $1', [3]],
    ['delete from "posts" where "posts"."id" = $1 returning id', [3]],
    ['update public.posts as p set title = $1 where id=$2', ['new', 1]],
    ['delete from posts where id in ($1, $2)', [1, 3]],
    ['delete from posts where id = any($1)', [[1, 3]]],
    [`delete from posts where id = any('{1,3}')`, []],
    ['delete from posts where id = any(array[1, 3])', []],
    ['delete from posts where $1 = posts.id', [1]],
    ['update posts set title = $1 where slug = $2', ['new', 's1']],
    ['update posts set title = $1 where id = $2 and not done', ['new', 1]],
    ['update posts set title = $1 where title ilike $3 and id = $2', ['new', 1, '%nothing like it%']],
    ['with x as (update posts set title = $1 where id = $2 returning id) select count(*) from x', ['new', 1]],
    ['UPDATE posts SET title = $1\nWHERE\n  ID = $2', ['new', 1]],
  ])('is refused: %s', async (sql, values) => {
    const before = await posts()
    expect(await outcome(second, sql, values)).toBe('UT403')
    expect(await posts()).toBe(before)
  })

  test.each([
    ['update posts set title = $1 where id = $2', ['new', 999]],
    ['update posts set title = $1 where title ilike $3 and id = $2', ['new', 999, '%post%']],
    ['delete from posts where id = any($1)', [[998, 999]]],
    ['delete from posts where slug = $1', ['nothing']],
    ['delete from posts where id in (select post_id from notes)', []],
    ['delete from posts using notes where notes.post_id = posts.id and notes.id = $1', [1]],
    [`update posts set title = 'id = 5' where title = 'where id = 5'`, []],
    ['update posts p set title = $1 from notes n where n.post_id = p.id and n."id" = $2', ['new', 1]],
    ['delete from posts where board = $1', [7]],
  ])('and that names no row by key finds nothing: %s', async (sql, values) => {
    expect(await outcome(second, sql, values)).toEqual([0])
  })

  test.each([
    ['update posts set board = 2', 2],
    ['update posts set board = 2 where not done', 1],
    ['delete from posts where done', 1],
    ['delete from posts where id in (1, 20)', 1],
    ['update posts set title = $$x$$ where id = 20', 1],
  ])('among the user’s own rows changes only those: %s', async (sql, rows) => {
    const before = (await posts()).split('},{').filter((row) => row.includes('"author_id":1'))
    await second.query('begin')
    expect((await second.query(sql)).rowCount).toBe(rows)
    await second.query('rollback')
    expect((await posts()).split('},{').filter((row) => row.includes('"author_id":1'))).toEqual(before)
  })

  test('and a user without rows changes nothing if no row is named', async () => {
    const third = await db.as(3)
    for (const sql of [
      'update posts set done = true',
      'delete from posts where done',
      'delete from posts where board = 1',
      'delete from posts where id > 0',
      'delete from posts where id <> 1',
    ])
      expect(await outcome(third, sql), sql).toEqual([0])
  })

  test('is refused in a transaction, which a savepoint can continue, and the next write is judged separately', async () => {
    await second.query('begin; savepoint s')
    expect(await outcome(second, 'delete from posts where id = 1')).toBe('UT403')
    await second.query('rollback to savepoint s')
    expect(await outcome(second, 'select id from posts where id = 1 for update')).toEqual([0])
    expect(await outcome(second, 'delete from posts where id = 999')).toEqual([0])
    expect(await outcome(second, 'update posts set board = 3 where id = 20')).toEqual([1])
    await second.query('rollback')
  })

  test('is not refused for old code, for unbound sessions or in private tables', async () => {
    expect(await outcome(db.app, 'delete from posts where id = 20')).toEqual([0])
    expect(await outcome(await db.as(null), 'delete from posts where id = 20')).toEqual([0])
    expect(await outcome(second, 'delete from notes where id = 1')).toEqual([0])
  })
})

const objects = async () =>
  (
    await db.admin.query<{ name: string }>(`select polname as name from pg_policy where polname like '%\\_met'
      union all select tgname from pg_trigger where tgname like 'usertwo\\_forbids%'
      union all select proname from pg_proc where proname in ('met', 'forbids') order by 1`)
  ).rows.map(({ name }) => name)
const ALL = [
  'forbids',
  'met',
  'usertwo_delete_met',
  'usertwo_forbids_delete',
  'usertwo_forbids_update',
  'usertwo_update_met',
]

test('it is created once, repaired, and removed with the access, the switch and the key', async () => {
  const at = async (more: object) => {
    const plan = { ...db.plan, tables: tables(more) }
    await reconcileOwnership(db.app, plan)
    expect(await planOwnership(db.app, plan)).toEqual([])
    expect(await lintOwnership(db.admin, plan)).toEqual([])
    return objects()
  }
  expect(await objects()).toEqual(ALL)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
  await db.app.query('alter table posts disable trigger usertwo_forbids_delete')
  expect((await planOwnership(db.app, db.plan)).map(({ name }) => name)).toEqual([
    'public.posts: writes of rows that others own',
  ])
  expect(await at({})).toEqual(ALL)
  expect(await at({ access: 'private' })).toEqual([])
  expect(await at({})).toEqual(ALL)
  expect(await at({ enforcement: 'report' })).toEqual([])
  expect(await at({})).toEqual(ALL)
  const closed = { ...db.plan, tables: { ...tables(), posts: { access: 'reference' as const } } }
  await reconcileOwnership(db.app, closed)
  expect(await planOwnership(db.app, closed)).toEqual([])
  expect(await objects()).toEqual([])
})
