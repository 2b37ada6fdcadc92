import type { Knex } from 'knex'
import pg from 'pg'
import { actAs } from '../../../../core/context.js'
import { attach } from '../attach.js'
import { OLDEST_PG } from './support.js'

/** What the layer needs of a knex client to change how it connects. */
interface Opening {
  driver: { Client: typeof pg.Client }
  connectionSettings: { options?: string; query_timeout?: number }
}

/**
 * Binds each query of usertwo's own pool to the system, and sends no startup options: for a login that starts in the
 * request role, and behind a PgBouncer. Call it before the pool's first query. Session state must not be relied on there.
 *
 * @param patience how long a query may take, ms, in place of the startup option
 */
export function bindToSystem(db: Knex, patience: number): void {
  const client = db.client as Opening
  class Bound extends client.driver.Client {}
  const own = { ...client.driver, Client: Bound, Pool: class extends pg.Pool {}, Query: pg.Query }
  attach(own, OLDEST_PG, () => ({
    requestRole: 'none',
    startupOptions: false,
    addedColumn: () => undefined,
    unbound: 'refuse',
  }))
  // usertwo queries in the middle of users' requests; its own answers belong to no user.
  class OfSystem extends Bound {
    override query(...given: unknown[]) {
      const query = super.query as (...given: unknown[]) => Promise<never>
      return actAs({ kind: 'system', reason: 'the toolkit' }, () => query.apply(this, given))
    }
  }
  delete client.connectionSettings.options
  client.connectionSettings.query_timeout = patience
  client.driver = { ...own, Client: OfSystem }
}
