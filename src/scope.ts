import { createRequire } from 'node:module'
import type { Knex } from 'knex'
import type { Pool } from 'pg'
import { attach } from './phases/6-isolation/connection/attach.js'
import type { PgModule } from './phases/6-isolation/connection/driver.js'
import { releaseOnce } from './phases/6-isolation/connection/release.js'
import { enforcement } from './phases/6-isolation/enforcement.js'
import { scopeKnex } from './phases/6-isolation/query/scope-knex.js'

const { cache } = createRequire(import.meta.url)

/**
 * Puts an existing database handle under the isolation layers, in place, and returns it: a knex instance gets both,
 * a pg Pool the connection layer. May run before `usertwo()`, since database modules load first; must run before the
 * handle's first query. Below phase 6 only the columns the toolkit added are taken out of answers.
 *
 * @throws TypeError when it is neither
 * @throws ScopeError when its version of knex or pg is not supported
 */
export function scope<Db extends Knex | Pool>(db: Db): Db {
  const driver = driverOf(db)
  attach(driver, versionOf(driver), () => enforcement()?.connection ?? null)
  if (!isKnex(db)) return db
  releaseOnce(db.client)
  return scopeKnex(db, () => {
    const now = enforcement()
    return now ? now.query : 'unconfigured'
  })
}

function isKnex(db: Knex | Pool): db is Knex {
  return typeof (db as Partial<Knex>).client === 'object'
}

/** The app's own copy of pg, by what was made with it. */
function driverOf(db: Knex | Pool): PgModule {
  const handle = db as { client?: { driver?: PgModule }; Client?: PgModule['Client'] }
  if (handle.client?.driver) return handle.client.driver
  const made = Object.values(cache).find(
    (module) => module?.exports?.Client === handle.Client && module?.exports?.Pool,
  )
  if (handle.Client && made) return made.exports as PgModule
  throw new TypeError(
    'scope(db): db must be a knex instance of PostgreSQL or a pg Pool, before its first query',
  )
}

function versionOf(driver: PgModule): string {
  const file = Object.values(cache).find((module) => module?.exports === driver)?.filename
  if (!file)
    throw new TypeError('scope(db): the copy of pg behind the handle was not found among the loaded modules')
  return (createRequire(file)('pg/package.json') as { version: string }).version
}
