import { expect, test } from 'vitest'
import { actAs, asSystem, asUser } from '../../../core/context.js'
import { isCachingDataSource, keepResultsPerUser } from './typeorm.js'

interface Kept {
  identifier?: string
  query?: string
  result?: string
}

/** A provider with the keys of TypeORM's own for Redis. */
function dataSource() {
  const kept = new Map<string, Kept>()
  const queryResultCache = {
    getFromCache: async (what: Kept) => kept.get((what.identifier ?? what.query)!),
    storeInCache: async (what: Kept) => void kept.set((what.identifier ?? what.query)!, what),
    remove: async (identifiers: string[]) => identifiers.forEach((one) => void kept.delete(one)),
  }
  return { driver: { postgres: {} }, queryResultCache }
}

test.each([{ query: 'select * from notes' }, { query: 'select * from notes', identifier: 'notes' }])(
  'a result of a query is found by the user alone for whom it was read: %j',
  async (asked) => {
    const source = dataSource()
    expect(isCachingDataSource(source)).toBe(true)
    keepResultsPerUser(source)
    const { queryResultCache: cache } = source
    const found = async () => ((await cache.getFromCache(asked)) as Kept | undefined)?.result
    await asUser(7, () => cache.storeInCache({ ...asked, result: 'of seven' }))
    await asSystem('a job', () => cache.storeInCache({ ...asked, result: 'of all' }))
    expect(await asUser(7, found)).toBe('of seven')
    expect(await asUser(8, found)).toBeUndefined()
    expect(await actAs(null, found)).toBeUndefined()
    expect(await asSystem('a job', found)).toBe('of all')
    await asUser(8, () => cache.remove(['notes']))
    expect(await asUser(7, found)).toBe('of seven')
  },
)

test('a DataSource that keeps no results is left as it is', () => {
  expect(isCachingDataSource({ driver: { postgres: {} } })).toBe(false)
  expect(isCachingDataSource({ queryResultCache: dataSource().queryResultCache })).toBe(false)
})
