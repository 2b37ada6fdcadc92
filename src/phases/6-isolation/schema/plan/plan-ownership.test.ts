import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { findTable, readCatalog } from '../../../../database/catalog.js'
import { lintOwnership } from '../lint.js'
import { reconcileOwnership } from '../reconcile.js'
import { planOwnership } from './plan-ownership.js'

let db: Pile
afterEach(() => db?.close())

test('is refused with every problem at once, and nothing is changed', async () => {
  db = await pile()
  await db.app.query('create table notes (id int primary key, user_id text)')
  const plan = {
    ...db.plan,
    requestRole: 'no_such_role',
    tables: {
      nowhere: { access: 'closed' as const },
      tasks: { access: 'self' as const },
      users: { owner: 'id', access: 'private' as const },
      notes: { owner: 'user_id', access: 'private' as const },
      threads: { owner: 'x'.repeat(64), access: 'private' as const },
    },
  }
  const refused = await reconcileOwnership(db.app, plan).catch((error: unknown) => error)
  for (const text of [
    /nowhere/,
    /tasks: 'self'/,
    /users table can only/,
    /notes.user_id is text/,
    /63 bytes/,
    /no_such_role/,
  ])
    expect(String(refused)).toMatch(text)
  expect(findTable(await readCatalog(db.app), 'events')?.columns.map((one) => one.name)).not.toContain(
    'user_id',
  )
})

test('without the owner among the users is refused', async () => {
  db = await pile()
  await expect(planOwnership(db.app, { ...db.plan, owner: { id: 99 } })).rejects.toThrow(/no row with id 99/)
})

test('as a role that would not see every row is refused', async () => {
  db = await pile()
  await expect(planOwnership(await db.as(1), db.plan)).rejects.toThrow(/does not see every row/)
})

test('tables and columns with long or odd names are brought to the plan', async () => {
  const long = `${'Long Table'.repeat(6)}`
  db = await pile({
    schema: `create table users (id int generated always as identity primary key);
      insert into users default values;
      create schema "my app"; create table "my app"."${long}" (id int primary key, "select" int references users);
      create table "my app"."kid's;--" ("a ""b""" int references "my app"."${long}", "order" int);
      insert into "my app"."${long}" values (1, 1); insert into "my app"."kid's;--" values (1, 1)`,
    tables: {
      [long]: { owner: 'select', access: 'private' },
      "my app.kid's;--": { owner: 'User Id', access: 'private' },
    },
  })
  await reconcileOwnership(db.app, db.plan)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
  expect(await lintOwnership(db.app, db.plan)).toEqual([])
  expect(await outcome(await db.as(1), `select * from "my app"."kid's;--"`)).toHaveLength(1)
  const kid = { owner: 'User Id', access: 'private' as const, enforcement: 'report' as const }
  const reporting = { ...db.plan, tables: { ...db.plan.tables, "my app.kid's;--": kid } }
  await reconcileOwnership(db.app, reporting)
  expect(await planOwnership(db.app, reporting)).toEqual([])
  expect(await lintOwnership(db.app, reporting)).toEqual([])
})
