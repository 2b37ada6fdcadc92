import type { Knex } from 'knex'
import type { Config } from '../../../config/config.js'
import { isAtWork } from '../../../config/settings.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { audit } from '../audit.js'
import { isKnownHash } from '../passwords/password-formats.js'

/** Whether somebody can log in as the owner, which is what having been claimed means. */
export function ownerHasLogin(db: Knex, config: Config): Promise<boolean> {
  return hasLogin(db, config, config.owner.id)
}

/** Whether the demo's rows are nobody's here: what is claimed then is not the owner. */
export const leavesDemo = ({ demo }: Config, environment: string) =>
  demo?.rows === 'development' && !isAtWork(environment)

/** Whether the claim code has done its work: where the demo's rows are nobody's, some administrator can log in. */
export async function isClaimed(db: Knex, config: Config, environment: string): Promise<boolean> {
  if (!leavesDemo(config, environment)) return ownerHasLogin(db, config)
  const { table, id } = config.users
  const admin = await db({ u: table })
    .join({ c: 'usertwo.credentials' }, 'c.user_id', `u.${id}`)
    .where('u.is_admin', true)
    .whereNot(`u.${id}`, config.owner.id)
    .whereNotNull('c.password_hash')
    .first(`u.${id}`)
  return admin !== undefined
}

/** Whether a user has a password, ours or one of the app's own that is configured and of a kind we know. */
export async function hasLogin(
  db: Knex,
  { users: { table, id, password } }: Config,
  user: UserId,
): Promise<boolean> {
  const found: { ours: string | null; own: string | null } | undefined = await db({ u: table })
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', `u.${id}`)
    .where(`u.${id}`, user)
    .first({ ours: 'c.password_hash', own: password ? `u.${password}` : db.raw('null') })
  return found !== undefined && (found.ours !== null || isKnownHash(found.own))
}

/**
 * Makes an administrator of the owner whose first login is with a password of the app's own: that is their claim.
 * Anybody else, and an owner with a password of ours, is left as they are.
 */
export async function becomeOwner(
  trx: Knex.Transaction,
  kit: Kit,
  req: Incoming,
  user: UserId,
): Promise<void> {
  const { owner, users } = kit.config
  if (String(user) !== String(owner.id)) return
  if (
    await trx('usertwo.credentials').where({ user_id: user }).whereNotNull('password_hash').first('user_id')
  )
    return
  await trx(users.table).where(users.id, user).update({ is_admin: true })
  await audit(trx, kit, req, 'claimed', user)
}
