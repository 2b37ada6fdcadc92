import { expect, test } from 'vitest'
import { isBookkeeping } from './bookkeeping.js'

test('tables of migration tools are known by name, and those of knex by their columns', () => {
  expect(isBookkeeping({ name: 'knex_migrations' })).toBe(true)
  expect(isBookkeeping({ name: 'ledger_migrations_lock', columns: ['index', 'is_locked'] })).toBe(true)
  const columns = ['id', 'name', 'batch', 'migration_time'].map((name) => ({ name }))
  expect(isBookkeeping({ name: 'ledger_migrations', columns })).toBe(true)
  expect(isBookkeeping({ name: 'doors', columns: ['id', 'is_locked'] })).toBe(false)
})
