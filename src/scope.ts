import type { Knex } from 'knex'
import { closeWhenStopped } from './core/process/stop.js'
import { shared } from './core/process/store.js'
import { isOwnClient } from './database/connect.js'
import { attach, hookPool } from './phases/6-isolation/connection/attach.js'
import type { PgPool } from './phases/6-isolation/connection/driver/driver.js'
import { driverOf } from './phases/6-isolation/connection/driver/driver-of.js'
import { rememberDriver } from './phases/6-isolation/connection/driver/scoped-drivers.js'
import { releaseOnce } from './phases/6-isolation/connection/release.js'
import { isDrizzle, keepCachePerUser } from './phases/6-isolation/drivers/drizzle.js'
import { isKysely, poolOfKysely } from './phases/6-isolation/drivers/kysely.js'
import { clientOfMikroOrm, isMikroOrm } from './phases/6-isolation/drivers/mikro-orm.js'
import { isPrismaClient, separateBatches } from './phases/6-isolation/drivers/prisma.js'
import { copiesOfSlonik, isSlonik } from './phases/6-isolation/drivers/slonik.js'
import { isCachingDataSource, keepResultsPerUser } from './phases/6-isolation/drivers/typeorm.js'
import { refuseOldKnex } from './phases/6-isolation/query/knex/knex-version.js'
import { scopeKnex } from './phases/6-isolation/query/scope-knex.js'
import { enforcement } from './phases/6-isolation/start/enforcement.js'

/**
 * Puts an existing database handle under the isolation layers, in place, and returns it: a knex instance, and a model of
 * Objection that has one, get both; a Pool of pg, pg itself, Sequelize, a DataSource of TypeORM, pg-promise, Drizzle, Kysely,
 * a pool of slonik, a MikroORM 6 and a client of Prisma 7 get the connection layer, on the copy of pg they use. May run before
 * `usertwo()`, since database modules load first; must run before the handle's first query. Below phase 6 only the columns
 * that usertwo added are removed from answers.
 *
 * @throws TypeError if it is not one of these
 * @throws ScopeError when its version of knex, pg, MikroORM or Prisma is not supported, and when a MikroORM has one entity
 *   manager for all requests
 */
export function scope<Db extends object>(db: Db): Db {
  closeWhenStopped(db)
  if (isKnex(db)) scopeClient(db.client)
  else if (isPrismaClient(db)) separateBatches(db, scopeDriver)
  else if (isKysely(db)) scopeDriver(poolOfKysely(db))
  else if (isMikroOrm(db)) scopeDriver({ client: clientOfMikroOrm(db) })
  else if (isSlonik(db)) copiesOfSlonik().forEach(scopeDriver)
  else if (isObjection(db)) scope(knexOf(db))
  else {
    scopeDriver(db)
    if (isDrizzle(db)) keepCachePerUser(db)
    if (isCachingDataSource(db)) keepResultsPerUser(db)
  }
  return db
}

/** The query layer on a knex client, with the connection layer below it. */
export function scopeClient(client: Knex.Client): void {
  if (isOwnClient(client)) return
  refuseOldKnex(client)
  scopeDriver({ client })
  scopeQueries(client)
}

/** The query layer alone, where each pg client is caught separately. */
export function scopeQueries(client: Knex.Client): void {
  refuseOldKnex(client)
  // Read by a gate: a process without a knex handle has one isolation layer, not two.
  shared('query-layer', () => ({}))
  releaseOnce(client as never)
  const policy = () => {
    const now = enforcement()
    return now ? now.query : 'unconfigured'
  }
  scopeKnex({ client } as Knex, policy, (table) => enforcement()?.addedTo?.(table))
}

function scopeDriver(handle: object): void {
  const { pg, version } = driverOf(handle)
  attach(pg, version, connectionPolicy)
  rememberDriver({ pg, version })
  if (isPool(handle)) hookPool(handle, connectionPolicy)
}

/**
 * The connection layer on a client class whose module cannot be found, because a test runner keeps its own modules.
 * @throws ScopeError when this version of pg is not supported
 */
export function scopeClass(Client: { prototype: object }, version: string): void {
  attach({ Client }, version, connectionPolicy)
  rememberDriver({ pg: { Client }, version })
}

/** Hooks a pool of any class: that of pg-pool belongs to the app if it is not pg's. */
export function scopePool(pool: object): void {
  if (!isPool(pool)) return
  hookPool(pool, connectionPolicy)
  closeWhenStopped(pool)
}

const connectionPolicy = () => enforcement()?.connection ?? null

function isPool(handle: object): handle is PgPool {
  return 'connect' in handle && 'newClient' in handle && '_pulseQueue' in handle
}

/** A model of Objection, or its base class. */
function isObjection(db: object): db is { knex(): object | undefined } {
  return typeof db === 'function' && 'knex' in db && 'bindKnex' in db && 'relatedQuery' in db
}

function knexOf(model: { knex(): object | undefined }): object {
  const knex = model.knex()
  if (knex) return knex
  throw new TypeError(
    'scope(Model): this model of Objection has no knex yet: call Model.knex(knex) first, or scope(knex).',
  )
}

/** Returns whether a handle is a knex instance, which is a function that creates builders. */
function isKnex(db: object): db is Knex {
  return typeof db === 'function' && typeof (db as Partial<Knex>).client === 'object'
}
