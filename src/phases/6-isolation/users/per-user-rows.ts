import type { Knex } from 'knex'
import type { PoolClient } from 'pg'
import type { Config } from '../../../config/config.js'
import type { UserId } from '../../../core/context.js'
import { ownershipPlan } from '../schema/plan/from-config.js'
import { readRequestRole } from '../start/enforcement.js'

/** Gives a new user the rows that they begin with, together with the account or not at all. Nothing before phase 6. */
export async function giveOwnRows(transaction: Knex.Transaction, config: Config, id: UserId): Promise<void> {
  const client = await clientOf(transaction)
  const { rows } = await client.query<{ role: string; uid: string | null }>(
    `select current_user::text as role, to_regprocedure('usertwo.uid()')::text as uid`,
  )
  if (!rows[0]?.uid) return
  const plan = ownershipPlan(config, await readRequestRole(client), rows[0].role)
  // Loaded at the first registration: most processes register no user.
  const { giveFirstRows } = await import('../schema/keys/per-user.js')
  await giveFirstRows(client, plan, id)
}

/** The connection of a transaction: knex returns the same one as long as it lasts. */
function clientOf(transaction: Knex.Transaction): Promise<PoolClient> {
  return (
    transaction as unknown as { client: { acquireConnection(): Promise<PoolClient> } }
  ).client.acquireConnection()
}
