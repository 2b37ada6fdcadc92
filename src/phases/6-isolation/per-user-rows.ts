import type { RequestHandler } from 'express'
import type { Knex } from 'knex'
import type { PoolClient } from 'pg'
import type { UserId } from '../../core/context.js'
import type { Kit } from '../../core/kit.js'
import { readRequestRole } from './enforcement.js'
import { ownershipPlan } from './ownership/from-config.js'
import { copyPerUserRows } from './ownership/per-user.js'

/** A new user begins with a copy of the owner's settings, made with the account or not at all. */
export function perUserRows(kit: Kit): RequestHandler {
  kit.onRegistered(async (transaction, id) => {
    const client = await clientOf(transaction)
    const { rows } = await client.query<{ role: string }>('select current_user::text as role')
    const plan = ownershipPlan(kit.config, await readRequestRole(client), rows[0]!.role)
    await copyPerUserRows(client, plan, id as UserId)
  })
  return function perUserRows(_req, _res, next) {
    next()
  }
}

/** The one connection of a transaction: knex hands out the same for as long as it lasts. */
function clientOf(transaction: Knex.Transaction): Promise<PoolClient> {
  return (
    transaction as unknown as { client: { acquireConnection(): Promise<PoolClient> } }
  ).client.acquireConnection()
}
