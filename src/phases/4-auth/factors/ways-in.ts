import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { accountOf } from '../accounts/accounts.js'

/**
 * Removes one of a user's ways to log in, unless it is the last one: a password, a passkey, an account at a provider. Of two
 * removals at once the second sees what the first has left.
 *
 * @param remove returns false where there was nothing to remove
 * @throws Problem `invalid_request` with `last`; `not_found`
 */
export async function removeWayIn(
  trx: Knex.Transaction,
  kit: Kit,
  { user, last }: { user: UserId; last: string },
  remove: () => Promise<boolean>,
): Promise<true> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`usertwo.ways ${user}`])
  if (!(await remove())) throw new Problem('not_found')
  if (!(await hasWayIn(trx, kit, user))) throw new Problem('invalid_request', last)
  return true
}

/** Whether a user can log in by anything that is on. A mailed link does not count: mail may be off tomorrow. */
export async function hasWayIn(trx: Knex.Transaction, kit: Kit, user: UserId): Promise<boolean> {
  const { AUTH_ENABLE_PASSKEYS: hasPasskeys, AUTH_ENABLE_OAUTH: hasProviders } = kit.settings
  if ((await accountOf(trx, kit.config, user))?.passwordHash != null) return true
  const has = async (table: string) =>
    (await trx(`usertwo.${table}`).where({ user_id: user }).first('id')) !== undefined
  return (hasPasskeys && (await has('passkeys'))) || (hasProviders && (await has('identities')))
}
