import { afterAll, beforeAll, expect, it } from 'vitest'
import { migrateTo } from '../../src/migrate.js'
import { scope } from '../../src/scope.js'
import { databases } from '../../test/support/postgres.js'
import { type FuzzDatabases, fuzzDatabases } from './databases.js'
import { fuzz, summary } from './fuzz.js'

let made: FuzzDatabases
beforeAll(async () => {
  made = await fuzzDatabases(databases(), migrateTo)
})
afterAll(() => made?.drop())

it('random queries of three users return the same behind each layer alone as in a database of their own', async () => {
  const outcome = await fuzz({ databases: made, scope, reads: 400, writes: 200, seed: 1 })
  expect(outcome.differences).toEqual([])
  expect(summary(outcome)).toEqual([
    'query layer alone: 600 compared, 0 differ',
    'policies alone: 600 compared, 0 differ',
    '600 compared, 0 differ',
  ])
  expect(outcome.nonEmpty / outcome.compared).toBeGreaterThanOrEqual(0.6)
  expect(outcome.refused / outcome.compared).toBeLessThan(0.08)
}, 300_000)

it('the same seed sends the same queries', async () => {
  const run = () => fuzz({ databases: made, scope, reads: 60, writes: 60, seed: 5 })
  const [one, other] = [await run(), await run()]
  expect(one).toEqual(other)
}, 120_000)
