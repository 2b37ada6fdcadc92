import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../test/support/ownership-pile.js'
import { copyPerUserRows } from './per-user.js'
import { reconcileOwnership } from './reconcile.js'

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

test('two registrations at once copy one row', async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second')`)
  const copy = async () => {
    const client = await db.system()
    await client.query('begin')
    await copyPerUserRows(client, db.plan, 2)
    await client.query('commit')
  }
  await Promise.all([copy(), copy(), copy()])
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
