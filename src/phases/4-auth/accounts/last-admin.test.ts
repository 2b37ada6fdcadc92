import type { Knex } from 'knex'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp } from '../../../../test/support/auth-app.js'
import { grant, ungrant } from '../access/grant.js'
import { disable, setActive } from '../admin/disable-user.js'

const ROUNDS = 20
let one: AuthApp
beforeEach(async () => {
  one = await authApp()
  await one.db('users').insert({ id: 2, username: 'ann', created_at: new Date() })
  await one
    .db('usertwo.credentials')
    .insert([1, 2].map((user_id) => ({ user_id, password_hash: '$2b$10$x' })))
})
afterEach(() => one.dispose())

const config = () => one.kit.config
const both = async (db: Knex) => {
  for (const user of [1, 2]) {
    await grant(db, config(), user, 'admin')
    await setActive(db, user, true)
  }
}

test('the last administrator is disabled by force alone', async () => {
  await both(one.db)
  expect(await disable(one.db, config(), 1)).toBe(true)
  expect(await disable(one.db, config(), 2)).toBe(false)
  expect(await one.db('usertwo.credentials').where({ is_active: true }).pluck('user_id')).toEqual([2])
  expect(await disable(one.db, config(), 2, { force: true })).toBe(true)
  expect(await one.db('usertwo.credentials').where({ is_active: true })).toEqual([])
})

test('of two administrators who take each other away at once one stays', async () => {
  const ways = [
    [disable, disable],
    [disable, (db, given, user) => ungrant(db, given, user, 'admin')],
  ] as [typeof disable, typeof disable][]
  for (const [first, second] of ways)
    for (let round = 0; round < ROUNDS; round++) {
      await both(one.db)
      const done = await Promise.all([first(one.db, config(), 1), second(one.db, config(), 2)])
      expect([round, ...done.sort()]).toEqual([round, false, true])
    }
})
