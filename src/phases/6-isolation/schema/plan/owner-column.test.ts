import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { lintOwnership } from '../lint.js'
import { reconcileOwnership } from '../reconcile.js'
import { planOwnership } from './plan-ownership.js'

let db: Pile
afterEach(() => db?.close())

const USERS = `create table users (id serial primary key, username text);
  insert into users values (1, 'owner'), (2, 'second');`
const FIRST = '0b1f4d0e-7c55-4a0e-9d53-1f2a3b4c5d6e'
const SECOND = '1b1f4d0e-7c55-4a0e-9d53-1f2a3b4c5d6e'
const owned = { owner: 'user_id', access: 'private' } as const

test('a table whose rows another table keeps as values gets its owner column, with every row the owner’s', async () => {
  const tables = ['notes', 'tags', 'pages', 'cards']
  db = await pile({
    schema: `${USERS} ${tables.map((name) => `create table ${name} (id serial primary key, text text); insert into ${name} (text) values ('one'), ('two');`).join(' ')}
      create domain a_page as pages; create type deal as (card cards, place int);
      create table versions (id serial primary key, note notes, all_tags tags[], page a_page, deals deal[])`,
    tables: Object.fromEntries([...tables, 'versions'].map((name) => [name, owned])),
  })
  const steps = (await planOwnership(db.app, db.plan)).map(({ kind, name }) => `${kind} ${name}`)
  // Until every row has an owner nothing is enforced.
  for (const name of tables)
    expect(steps.indexOf(`expand public.${name}: user_id not null`), name).toBeGreaterThan(
      steps.indexOf(`expand public.${name}: user_id where it is null`),
    )
  expect(steps.filter((step) => /versions: .*null/.test(step))).toEqual([])
  await reconcileOwnership(db.app, db.plan)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
  expect(await lintOwnership(db.app, db.plan)).toEqual([])
  const second = await db.as(2)
  for (const name of tables) {
    expect(await outcome(db.app, `select text, user_id from ${name} order by id`), name).toEqual([
      { text: 'one', user_id: 1 },
      { text: 'two', user_id: 1 },
    ])
    const insert = `insert into ${name} (text) values ('theirs') returning user_id`
    expect(await outcome(second, insert), name).toEqual([{ user_id: 2 }])
  }
})

test('a table of a type is refused with the statement that makes it a plain one', async () => {
  db = await pile({
    schema: `${USERS} create type note as (id int, text text); create table notes of note (primary key (id))`,
    tables: { notes: owned },
  })
  await expect(planOwnership(db.app, db.plan)).rejects.toThrow(
    /public\.notes is a table of a type, .*: alter table "public"\."notes" not of/,
  )
  await db.app.query('alter table "public"."notes" not of')
  await reconcileOwnership(db.app, db.plan)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
})

test.each([
  ['integer', 'user_key'],
  ['bigint check (value > 0)', 'ids.user_key'],
  ['uuid', 'user_key'],
  ['varchar(40)', 'user_key'],
])('a key of users that is a domain over %s owns rows as its type does', async (type, name) => {
  const [owner, second] = type === 'uuid' ? [FIRST, SECOND] : [1, 2]
  db = await pile({
    schema: `create schema ids; create domain ${name} as ${type};
      create table users (id ${name} primary key, username text); insert into users values ('${owner}', 'default_user');
      create table notes (id serial primary key, text text); insert into notes (text) values ('one');
      create table lists (id serial primary key, name text, user_id ${name} references users (id)); insert into lists (name, user_id) values ('one', '${owner}');`,
    tables: { notes: owned, lists: owned },
    owner: { id: owner },
  })
  await reconcileOwnership(db.app, db.plan)
  expect((await planOwnership(db.app, db.plan)).map(({ name }) => name)).toEqual([])
  expect(await lintOwnership(db.app, db.plan)).toEqual([])
  await db.admin.query(`insert into users values ('${second}', 'second')`)
  const other = await db.as(second)
  for (const insert of [
    `insert into notes (text) values ('theirs')`,
    `insert into lists (name) values ('theirs')`,
  ])
    expect(await outcome(other, `${insert} returning user_id::text`)).toEqual([{ user_id: String(second) }])
  expect(await outcome(other, `select text from notes union all select name from lists`)).toEqual([
    { text: 'theirs' },
    { text: 'theirs' },
  ])
  expect(await outcome(db.app, `select text from notes union all select name from lists`)).toEqual([
    { text: 'one' },
    { text: 'one' },
  ])
})
