import type { Knex } from 'knex'
import type { Config } from '../../../config/config.js'
import type { UserId } from '../../../core/context.js'
import { isLastAdmin, lockAdmins } from '../accounts/last-admin.js'
import type { DoneBy } from '../audit.js'

const ADMIN = 'admin'
/** The allowed form of a role name. */
export const ROLE = /^[\w:.-]{1,100}$/

/** Grants a user a role, or makes them an administrator (`admin`). */
export function grant(db: Knex, { users }: Config, user: UserId, role: string, by?: DoneBy): Promise<void> {
  return db.transaction(async (trx) => {
    if (role === ADMIN) await trx(users.table).where(users.id, user).update({ is_admin: true })
    else {
      // A user who has never logged in has no row yet.
      await trx('usertwo.credentials').insert({ user_id: user }).onConflict('user_id').ignore()
      await trx('usertwo.credentials')
        .where({ user_id: user })
        .whereRaw('not jsonb_exists(roles, ?)', [role])
        .update({ roles: trx.raw('roles || to_jsonb(?::text)', [role]), updated_at: trx.fn.now() })
    }
    await note(trx, { user, role, done: 'granted', by })
  })
}

/**
 * Removes a role from a user. Takes effect with the next request; the caller waits by `untilForgotten` before it answers.
 *
 * @param force also remove it from the only administrator who can log in
 * @returns false when the user is that administrator and `force` is not set
 */
export function ungrant(
  db: Knex,
  config: Config,
  user: UserId,
  role: string,
  { force = false, by }: { force?: boolean; by?: DoneBy } = {},
): Promise<boolean> {
  const { table, id } = config.users
  return db.transaction(async (trx) => {
    if (role === ADMIN) {
      await lockAdmins(trx, config)
      if (!force && (await isLastAdmin(trx, config, user))) return false
      await trx(table).where(id, user).update({ is_admin: false })
    } else
      await trx('usertwo.credentials')
        .where({ user_id: user })
        .update({ roles: trx.raw('roles - ?::text', [role]), updated_at: trx.fn.now() })
    await note(trx, { user, role, done: 'ungranted', by })
    return true
  })
}

interface Change {
  user: UserId
  role: string
  done: 'granted' | 'ungranted'
  by?: DoneBy
}

async function note(trx: Knex, { user, role, done, by }: Change): Promise<void> {
  const event = `${role === ADMIN ? ADMIN : 'role'}_${done}`
  const details = role !== ADMIN && { details: { role } }
  await trx('usertwo.audit').insert({ event, user_id: user, ...details, ...by })
}
