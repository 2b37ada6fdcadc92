// A migration of the app that renames an owner column must not lead to a second one, in which all rows are the owner's.
import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../test/support/ownership-pile.js'
import { planOwnership } from './plan/plan-ownership.js'
import { reconcileOwnership } from './reconcile.js'

let db: Pile
afterEach(() => db?.close())

const own = { owner: 'user_id', access: 'private' as const }

test.each([
  ['the column', 'notes', 'alter table notes rename user_id to "readerId"'],
  [
    'the table too',
    'jots',
    'alter table notes rename user_id to "readerId"; alter table notes rename to jots',
  ],
])('it is named before anything changes, where the app renames %s', async (_, name, sql) => {
  db = await pile({
    schema: `create table users (id serial primary key, username text);
      create table notes (id serial primary key, text text);
      insert into users values (1, 'owner'), (2, 'second'); insert into notes (text) values ('mine')`,
    tables: { notes: own },
  })
  await reconcileOwnership(db.app, db.plan)
  await outcome(await db.as(2), `insert into notes (text) values ('theirs')`)
  await db.admin.query(sql)
  const plan = { ...db.plan, tables: { [name]: own } }
  const says = new RegExp(
    `public.${name}.user_id does not exist, and readerId holds .* set tables.${name}.owner: 'readerId'`,
  )
  await expect(planOwnership(db.app, plan)).rejects.toThrow(says)
  await expect(reconcileOwnership(db.app, plan)).rejects.toThrow(says)

  await reconcileOwnership(db.app, { ...plan, tables: { [name]: { ...own, owner: 'readerId' } } })
  expect(await outcome(await db.as(2), `select text from ${name}`)).toEqual([{ text: 'theirs' }])
  expect(await outcome(await db.as(1), `select text from ${name}`)).toEqual([{ text: 'mine' }])
})
