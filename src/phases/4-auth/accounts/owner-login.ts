import type { Knex } from 'knex'
import type { Config } from '../../../config/config.js'
import { isAtWork } from '../../../config/settings.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { audit } from '../audit.js'
import { isKnownHash } from '../passwords/password-formats.js'

/** Whether the owner can log in, which means that the owner was claimed. */
export function ownerHasLogin(db: Knex, config: Config): Promise<boolean> {
  return hasLogin(db, config, config.owner.id)
}

/** Whether the demo's rows have no owner in this environment: a claim then makes a new user. */
export const leavesDemo = ({ demo }: Config, environment: string) =>
  demo?.rows === 'development' && !isAtWork(environment)

/** Whether the claim code was used. Where the demo's rows have no owner: whether some administrator can log in. */
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

/** Whether a user has a password: usertwo's, or one of the app's own in the configured column, of a known format. */
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
 * Makes the owner an administrator if their first login is with a password of the app's own: that is their
 * claim. Other users, and an owner with a usertwo password, stay as they are.
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
