import type { Knex } from 'knex'
import type { Config } from '../../../config/config.js'
import type { UserId } from '../../../core/context.js'
import { isKnownHash } from '../passwords/password-formats.js'

/** Locks the administrators' rows: of two who remove each other, the second waits and is then the last. */
export async function lockAdmins(trx: Knex.Transaction, { users: { table, id } }: Config): Promise<void> {
  await trx(table).where('is_admin', true).orderBy(id).forUpdate().select(id)
}

/** Whether this user is the only administrator who can log in. Without one, no account could manage the others. */
export async function isLastAdmin(db: Knex, config: Config, user: UserId): Promise<boolean> {
  const { table, id, password } = config.users
  const admins = (await db({ u: table })
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', `u.${id}`)
    .where('u.is_admin', true)
    .whereRaw('c.is_active is not false')
    .select({
      id: `u.${id}`,
      ours: 'c.password_hash',
      own: password ? `u.${password}` : db.raw('null'),
    })) as {
    id: UserId
    ours: string | null
    own: string | null
  }[]
  const able = admins.filter(({ ours, own }) => ours !== null || isKnownHash(own))
  return able.length === 1 && String(able[0]!.id) === String(user)
}
