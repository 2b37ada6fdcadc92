import { patch } from '../../../core/process/patch.js'
import { keyOfUser } from './user-key.js'

/** A DataSource of TypeORM with the option `cache`, as far as it is used here. */
interface CachingDataSource {
  driver: { postgres?: unknown }
  /** results of queries with `cache`, for all requests: in a table, in Redis, or where the app's provider puts them */
  queryResultCache: ResultsByQuery
}

interface ResultsByQuery {
  getFromCache(what: Result, ...more: unknown[]): unknown
  storeInCache(what: Result, saved?: Result, ...more: unknown[]): unknown
  remove(identifiers: string[], ...more: unknown[]): unknown
}

/** It is found by its identifier where it has one, otherwise by the text of its query. */
interface Result {
  identifier?: string
  query?: string
}

/** Whether a handle is a DataSource of TypeORM that keeps results. */
export function isCachingDataSource(handle: object): handle is CachingDataSource {
  const { driver, queryResultCache } = handle as Partial<CachingDataSource>
  return Boolean(driver?.postgres) && typeof queryResultCache?.getFromCache === 'function'
}

/** Keeps the results in a DataSource's cache for each user. What a user removes are their own results. */
export function keepResultsPerUser({ queryResultCache: cache }: CachingDataSource): void {
  patch(cache, 'getFromCache', ofUser, hook('getFromCache'))
  patch(
    cache,
    'storeInCache',
    (store) =>
      function (this: ResultsByQuery, what, ...more) {
        return store.call(this, forUser(what), ...more)
      },
    hook('storeInCache'),
  )
  patch(
    cache,
    'remove',
    (remove) =>
      function (this: ResultsByQuery, identifiers, ...more) {
        return remove.call(this, identifiers.map(keyOfUser), ...more)
      },
    hook('remove'),
  )
}

const hook = (method: string) => ({
  of: `TypeORM result cache ${method}`,
  versions: 'typeorm with the option cache',
  why: 'a cached result is found by the user alone for whom it was read',
})

function ofUser(find: ResultsByQuery['getFromCache']): ResultsByQuery['getFromCache'] {
  return function (this: ResultsByQuery, what, ...more) {
    return find.call(this, forUser(what), ...more)
  }
}

function forUser(what: Result): Result {
  const { identifier, query } = what
  return {
    ...what,
    ...(identifier && { identifier: keyOfUser(identifier) }),
    ...(query && { query: keyOfUser(query) }),
  }
}
