import { patch } from '../../../core/process/patch.js'
import { keyOfUser } from './user-key.js'

/** A handle of Drizzle, as far as it is used here. */
interface Drizzle {
  $client: unknown
  /** what it was given as `cache`; it keeps results for all requests, by the text of the query or by a tag */
  $cache?: Cache
}

interface Cache {
  get(key: string, ...more: unknown[]): unknown
  put(key: string, ...more: unknown[]): unknown
  onMutate(what: Mutated): unknown
  /** the same as `onMutate`, for the app */
  invalidate?(what: Mutated): unknown
}

type Mutated = { tags?: string | string[] }

/** Whether a handle is one of Drizzle. */
export function isDrizzle(handle: object): handle is Drizzle {
  return '$client' in handle && '_' in handle
}

/** Keeps the results in a handle's cache for each user. What a user changes, and a tag, concerns their own results. */
export function keepCachePerUser({ $cache: cache }: Drizzle): void {
  if (!cache || typeof cache.get !== 'function') return
  for (const method of ['get', 'put'] as const)
    patch(cache, method, byOwnKey, {
      of: `Drizzle cache ${method}`,
      versions: 'drizzle-orm with a cache',
      why: WHY,
    })
  for (const method of ['onMutate', 'invalidate'] as const)
    if (typeof cache[method] === 'function')
      patch(cache as Required<Cache>, method, byOwnTags, {
        of: `Drizzle cache ${method}`,
        versions: 'drizzle-orm with a cache',
        why: WHY,
      })
}

const WHY = 'a cached result is found by the user alone for whom it was read'

function byOwnKey(below: Cache['get']): Cache['get'] {
  return function (this: Cache, key, ...more) {
    return below.call(this, keyOfUser(key), ...more)
  }
}

function byOwnTags(below: Cache['onMutate']): Cache['onMutate'] {
  return function (this: Cache, what) {
    return below.call(
      this,
      what.tags === undefined ? what : { ...what, tags: [what.tags].flat().map(keyOfUser) },
    )
  }
}
