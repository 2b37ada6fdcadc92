import { loadedModule } from '../../start/loaded.js'
import type { PgModule } from './driver.js'

/** Where libraries keep the copy of pg they loaded, or a Pool made by it. */
interface Handle {
  client?: { driver?: unknown } // knex
  connectionManager?: { lib?: unknown } // Sequelize
  driver?: { postgres?: unknown } // TypeORM's DataSource
  $config?: { pgp?: { pg?: unknown } } // a database of pg-promise
  pg?: unknown // pg-promise itself
  $client?: Handle // Drizzle
  Client?: unknown // a Pool keeps the class it makes clients with
}

/**
 * The copy of pg behind a database handle, and its version: of knex, a Pool, Sequelize, TypeORM's DataSource,
 * pg-promise, Drizzle over a Pool or Client, or pg itself.
 *
 * @throws TypeError if it is not one of these
 */
export function driverOf(handle: object): { pg: PgModule; version: string } {
  for (const candidate of candidates(handle)) {
    const driver = candidate ? loadedModule('pg', isDriverWith(candidate)) : null
    if (driver) return { pg: driver.exports, version: driver.version }
  }
  throw new TypeError(
    'scope(db): db must be a knex instance of PostgreSQL, a Pool of pg, pg itself, or a handle of Sequelize, ' +
      'TypeORM (a DataSource), pg-promise, Drizzle, Kysely, slonik, MikroORM 6 or Prisma 7, and its copy of pg must be a module of its own, not bundled',
  )
}

function* candidates(handle: Handle): Generator<unknown> {
  yield handle
  yield handle.client?.driver
  yield handle.connectionManager?.lib
  yield handle.driver?.postgres
  yield handle.$config?.pgp?.pg
  yield handle.pg
  for (const made of [handle, handle.$client]) {
    yield made?.Client
    yield made?.constructor
  }
}

/** pg itself, or its Client or Pool. */
function isDriverWith(candidate: unknown) {
  return (exports: unknown): exports is PgModule => {
    const pg = exports as Partial<PgModule> & { Connection?: unknown }
    // Before pg 5 there was no Pool. Recognised all the same, so that it is refused by its version.
    const isPg = typeof pg.Pool === 'function' || typeof pg.Connection === 'function'
    if (typeof pg.Client !== 'function' || !isPg) return false
    return candidate === pg || candidate === pg.Client || candidate === pg.Pool
  }
}
