import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../test/support/ownership-pile.js'
import { findTable, readCatalog } from '../../../database/catalog.js'
import { lintOwnership } from './lint.js'
import { planOwnership } from './plan/plan-ownership.js'
import { reconcileOwnership } from './reconcile.js'

let db: Pile
afterEach(() => db?.close())

test("a child without an owner column gets its parent's owner when there are several users", async () => {
  db = await pile()
  await db.app.query(`insert into users values (2, 'second');
    insert into threads (id, title, user_id) values (50, 'theirs', 2);
    insert into sessions (id, user_id) values (60, 2);
    insert into events (id, type, session_id, thread_id) values (70, 'roll', 60, null), (71, 'rate', null, 50);
    insert into snapshots (session_id, event_id, thread_states) values (60, 70, '{}')`)
  const { done } = await reconcileOwnership(db.app, db.plan)
  expect(done.filter((step) => step.batches).map((step) => step.name)).toEqual([
    'public.events: user_id of its parents',
    'public.snapshots: user_id of its parents',
  ])
  expect((await db.admin.query('select id from events where user_id = 2 order by 1')).rows).toEqual([
    { id: 70 },
    { id: 71 },
  ])
  expect((await db.admin.query('select count(*)::int from snapshots where user_id = 2')).rows).toEqual([
    { count: 1 },
  ])
  expect((await db.admin.query('select count(*)::int from events where user_id = 1')).rows).toEqual([
    { count: 3 },
  ])
  expect(await lintOwnership(db.app, db.plan)).toEqual([])
})

test('an owner column that may be null is filled, closed and stamped, and not called added', async () => {
  db = await pile()
  await db.app.query(`alter table threads alter user_id drop not null, alter user_id set default 7;
    insert into threads (title, user_id) select 'lost ' || n, null from generate_series(1, 3000) n`)
  await reconcileOwnership(db.app, db.plan)
  expect((await db.admin.query('select count(*)::int from threads where user_id = 1')).rows).toEqual([
    { count: 3005 },
  ])
  const column = findTable(await readCatalog(db.app), 'threads')?.columns.find(
    (one) => one.name === 'user_id',
  )
  expect(column).toMatchObject({
    nullable: false,
    default: 'usertwo.uid()',
    comment: 'usertwo: before: {"default":"7","nullable":true}',
  })
  expect(findTable(await readCatalog(db.app), 'threads')?.checks).toEqual([])
})

test('uuid users own rows as integer ones do', async () => {
  const me = '11111111-1111-4111-8111-111111111111'
  const other = '22222222-2222-4222-8222-222222222222'
  db = await pile({
    schema: `create table authors (id uuid primary key default gen_random_uuid(), name text);
      create table entries (id uuid primary key default gen_random_uuid(), author_id uuid references authors, body text);
      create table "Notes" ("entryId" uuid references entries, "Text" text);
      insert into authors values ('${me}', 'me');
      insert into entries (author_id, body) values ('${me}', 'first'), (null, 'second');
      insert into "Notes" select id, 'note' from entries`,
    tables: {
      entries: { owner: 'author_id', access: 'readable' },
      Notes: { owner: 'authorId', access: 'private' },
    },
  })
  const plan = { ...db.plan, owner: { id: me }, users: { table: 'authors', id: 'id' } }
  await reconcileOwnership(db.app, plan)
  expect(await planOwnership(db.app, plan)).toEqual([])
  expect(await lintOwnership(db.app, plan)).toEqual([])
  await db.admin.query(`insert into authors values ('${other}', 'other')`)
  const client = await db.as(other)
  expect(await outcome(client, `insert into entries (body) values ('theirs') returning author_id`)).toEqual([
    { author_id: other },
  ])
  expect(await outcome(client, `select "Text" from "Notes"`)).toEqual([0])
  expect(await outcome(db.app, `select "Text" from "Notes"`)).toHaveLength(2)
})

test('text users own rows too', async () => {
  db = await pile({
    schema: `create table users (id varchar(30) primary key); create table notes (id serial primary key, t text);
      insert into users values ('o''wner'); insert into notes (t) values ('x')`,
    tables: { notes: { owner: 'user_id', access: 'private' } },
  })
  const plan = { ...db.plan, owner: { id: `o'wner` } }
  await reconcileOwnership(db.app, plan)
  expect(await planOwnership(db.app, plan)).toEqual([])
  expect(await lintOwnership(db.app, plan)).toEqual([])
  await db.admin.query(`insert into users values ('second')`)
  const client = await db.as('second')
  expect(await outcome(client, `insert into notes (t) values ('y') returning user_id`)).toEqual([
    { user_id: 'second' },
  ])
  expect(await outcome(db.app, 'select user_id from notes')).toEqual([{ user_id: `o'wner` }])
})

test('a readable table is read by everybody signed in and written by the owner only', async () => {
  db = await pile({ tables: { threads: { owner: 'user_id', access: 'readable' } } })
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second')`)
  const second = await db.as(2)
  await second.query(`insert into threads (title) values ('theirs')`)
  expect(await outcome(second, 'select count(*)::int from threads')).toEqual([{ count: 6 }])
  expect(await outcome(second, `update threads set notes = 'x'`)).toEqual([1])
  expect(await outcome(second, 'delete from threads where user_id = 1')).toEqual([0])
  expect(await outcome(await db.as(null), 'select * from threads')).toEqual([0])
  // Old code shows the owner's rows alone, also of what others may read.
  expect(await outcome(db.app, 'select count(*)::int from threads')).toEqual([{ count: 5 }])
})

test('a table that is taken back from its owners loses its policies and its rights', async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  const plan = { ...db.plan, tables: { ...db.plan.tables, settings: { access: 'closed' as const } } }
  await reconcileOwnership(db.app, plan)
  expect(await planOwnership(db.app, plan)).toEqual([])
  expect(await outcome(await db.as(1), 'select * from settings')).toBe('42501')
  expect(await outcome(db.app, 'select note from settings')).toEqual([{ note: 'mine' }])
})

test('a user changes their own row, but not what the toolkit decides', async () => {
  db = await pile()
  await db.app.query(`alter table users add column email text, add column roles text[], add column bio text;
    comment on column users.email is 'usertwo: added'`)
  await reconcileOwnership(db.app, db.plan)
  const owner = await db.as(1)
  expect(await outcome(owner, `update users set bio = 'b', username = 'me'`)).toEqual([1])
  expect(await outcome(owner, `update users set email = 'e'`)).toBe('42501')
  expect(await outcome(owner, `update users set roles = '{admin}'`)).toBe('42501')
  expect(await outcome(owner, 'select * from users where id = 1 for update')).toHaveLength(1)
})
