import { olderThan } from '../../../../core/optional/older-than.js'
import { replace } from '../../../../core/process/patch.js'
import { ScopeError } from '../../../../core/scope-error.js'
import type { Driver, PgClient, PgModule, PgPool, QueryClass } from './driver.js'

/** The first pg that connects on the supported Node versions. */
export const OLDEST_PG = '8.0.3'
/** What to do about an older one. The package requires more than the layer needs. */
export const UPDATE_PG = 'usertwo needs pg 8.3 or later: npm i pg@8'
/** The supported versions of pg. */
export const PG_VERSIONS = `pg ${OLDEST_PG} and later`

/**
 * Returns the parts of a copy of pg that the layer hooks.
 *
 * @throws ScopeError `pg_version` | `pg_native`
 */
export function supportedDriver(pg: PgModule, version: string): Driver {
  if (olderThan(version, OLDEST_PG)) {
    throw new ScopeError(
      'pg_version',
      `The app has pg ${version}, which never connects on this Node. ${UPDATE_PG}`,
    )
  }
  const client = pg.Client.prototype as Partial<PgClient>
  if (typeof client.getStartupConf !== 'function') throw native()
  const classes = [pg.Client, pg] as { Query?: QueryClass }[]
  const Query = classes.find((holder) => holder.Query)?.Query
  if (!Query) throw native()
  return { client: client as PgClient, pool: (pg.Pool?.prototype as PgPool | undefined) ?? null, Query }
}

/** Makes `pg.native` throw instead of returning unhooked clients. @returns undo */
export function refuseNative(pg: PgModule): () => void {
  const get = () => {
    throw native()
  }
  // An ECMAScript namespace cannot be changed, and has no `native` of its own either.
  if (!Object.isExtensible(pg)) return () => {}
  return replace(pg, 'native', () => ({ get, enumerable: false }), {
    of: 'pg.native',
    versions: PG_VERSIONS,
    why: 'queries of pg-native cannot be bound to a user: it is refused',
  })
}

/** @throws ScopeError `pg_pipeline`: in pipeline mode a query runs although its binding failed */
export function refusePipeline(client: PgClient): void {
  if (!client.pipeline) return
  throw new ScopeError(
    'pg_pipeline',
    'A pg client with `pipeline: true` was given a query. In pipeline mode a query runs even when binding it to its user failed: remove the option.',
  )
}

/** Returns why a client may not connect; null: it may. Rows of a replication connection carry no user, and row security does not apply. */
export function replicationOf(client: PgClient): ScopeError | null {
  if (!client.replication) return null
  return new ScopeError(
    'pg_replication',
    'A pg client has the option `replication`. A replication stream contains the rows of all users, and its commands cannot be bound to one: read it in a separate process that does not load usertwo.',
  )
}

function native(): ScopeError {
  return new ScopeError(
    'pg_native',
    'pg-native is not supported: its queries cannot be bound to a user. Use pg without `.native`, and unset NODE_PG_FORCE_NATIVE.',
  )
}
