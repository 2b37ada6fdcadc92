import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { API_TEXTS } from '../words/en-api.js'
import { addAccount, claimOwner, LoginTaken, type NewAccount, type Users } from './accounts.js'
import { isClaimed, leavesDemo } from './owner-login.js'
import { takeTurns } from './users-table.js'

/**
 * Makes the account that a claim code grants: the owner, or where no user owns the demo rows an administrator
 * with a new id.
 *
 * @returns its id; null when it was claimed before
 * @throws LoginTaken when another user has the address or name
 */
export async function claimWith(
  trx: Knex.Transaction,
  kit: Users & Pick<Kit, 'settings' | 'registered'>,
  given: NewAccount,
): Promise<UserId | null> {
  const { config, settings } = kit
  if (!leavesDemo(config, settings.ENVIRONMENT))
    return (await claimOwner(trx, kit, given)) ? config.owner.id : null
  await takeTurns(trx)
  if (await isClaimed(trx, config, settings.ENVIRONMENT)) return null
  const id = await addAccount(trx, kit, { ...given, admin: true })
  if (id === null && given.email === null) throw new LoginTaken('username', API_TEXTS['refused.name_taken'])
  if (id === null) throw new LoginTaken('email', API_TEXTS['refused.email_taken'])
  await kit.registered(trx, id)
  return id
}
