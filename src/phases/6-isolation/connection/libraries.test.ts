import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { libraries } from '../../../../test/support/libraries.js'
import {
  concurrently,
  pgVersion,
  type SharedTables,
  sharedTables,
} from '../../../../test/support/shared-tables.js'
import { attach } from './attach.js'

const RESULTS = 1200

let tables: SharedTables
beforeAll(async () => {
  tables = await sharedTables()
})

describe('with the layer', () => {
  let detach: () => void
  beforeAll(() => {
    detach = attach(pg, pgVersion, () => tables.policy)
  })
  afterAll(() => detach())

  test.each(Object.keys(libraries))(
    'forty people on two connections get their own rows by %s',
    async (name) => {
      const library = libraries[name]!(tables.url)
      const counters = await concurrently(RESULTS, library.work)
      await library.end()
      expect(counters.results).toBeGreaterThanOrEqual(RESULTS)
      expect(counters).toMatchObject({ wrong: 0, lost: 0 })
    },
  )
})

test.each(['pg by promises', 'knex 3'])('the same work goes wrong without the layer, by %s', async (name) => {
  const library = libraries[name]!(tables.url)
  const work = concurrently(200, (see) => library.work(see).catch(() => see([])))
  const counters = await work
  await library.end()
  expect(counters.wrong).toBeGreaterThan(150)
})
