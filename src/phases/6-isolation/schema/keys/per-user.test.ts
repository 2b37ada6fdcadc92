import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { reconcileOwnership } from '../reconcile.js'
import { copyPerUserRows } from './per-user.js'

let db: Pile
afterEach(() => db?.close())

test("a new user gets the owner's settings once, with an id of its own", async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second')`)
  const system = await db.system()
  expect(await copyPerUserRows(system, db.plan, 2)).toEqual(['public.settings'])
  expect(await copyPerUserRows(system, db.plan, 2)).toEqual([])
  expect(await outcome(await db.as(2), 'select start_die, note, user_id from settings')).toEqual([
    { start_die: 8, note: 'mine', user_id: 2 },
  ])
  expect(await outcome(db.app, 'select count(*)::int from settings')).toEqual([{ count: 1 }])
})

test("a new user's row does not tell when the owner did what", async () => {
  db = await pile()
  await db.admin.query(
    "alter table settings add made timestamptz default '2020-01-02', add ends timestamptz default '2999-01-02'",
  )
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second')`)
  await copyPerUserRows(await db.system(), db.plan, 2)
  expect(
    await outcome(
      await db.as(2),
      "select made > now() - interval '1 minute' as new, ends::date::text from settings",
    ),
  ).toEqual([{ new: true, ends: '2999-01-02' }])
})

test('a second registration under way waits for the first, and copies nothing more', async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second')`)
  const [first, second] = [await db.system(), await db.system()]
  await first.query('begin')
  await second.query('begin')
  expect(await copyPerUserRows(first, db.plan, 2)).toEqual(['public.settings'])
  const waiting = copyPerUserRows(second, db.plan, 2)
  await sleep(200)
  await first.query('commit')
  expect(await waiting).toEqual([])
  await second.query('commit')
  expect(await outcome(db.admin, 'select count(*)::int from settings where user_id = 2')).toEqual([
    { count: 1 },
  ])
})

test('is refused where rows of others are hidden', async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second')`)
  await expect(copyPerUserRows(db.app, db.plan, 2)).rejects.toThrow(/hidden from this connection/)
  await expect(copyPerUserRows(await db.as(1), db.plan, 2)).rejects.toThrow(/hidden from this connection/)
})
