import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { lintOwnership } from '../lint.js'
import { reconcileOwnership } from '../reconcile.js'
import { planOwnership } from './plan-ownership.js'

let db: Pile
afterEach(() => db?.close())

const USERS = `create table users (id serial primary key, username text);
  insert into users values (1, 'owner'), (2, 'second');`
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
