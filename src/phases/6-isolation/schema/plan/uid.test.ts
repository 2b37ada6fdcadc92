import { afterEach, expect, test } from 'vitest'
import { type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { reconcileOwnership } from '../reconcile.js'
import { requestRoleOn } from './identity.js'
import { planOwnership } from './plan-ownership.js'

let db: Pile
afterEach(() => db?.close())

test('the schema says which role requests run in, and is made to where it does not', async () => {
  db = await pile()
  expect(await requestRoleOn(db.app)).toBeNull()
  await reconcileOwnership(db.app, db.plan)
  expect(await requestRoleOn(db.app)).toBe(db.plan.requestRole)

  await db.app.query('comment on function usertwo.uid() is null')
  const missing = await planOwnership(db.app, db.plan)
  expect(missing.map(({ name }) => name)).toEqual(['usertwo.uid(): who the current user is'])
  await reconcileOwnership(db.app, db.plan)
  expect(await requestRoleOn(db.app)).toBe(db.plan.requestRole)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
})
