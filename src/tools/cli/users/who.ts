import type { Knex } from 'knex'
import type { Config } from '../../../core/config.js'
import type { UserId } from '../../../core/context.js'
import { usersColumns } from '../../../phases/4-auth/users-table.js'
import { UsageError } from '../command.js'

/**
 * Finds a user by e-mail address, user name or id.
 * @throws UsageError when nobody is meant, or more than one
 */
export async function userOf(db: Knex, { users: { table, id } }: Config, who: string): Promise<UserId> {
  const names = await usersColumns(db, table)()
  const found = (await db(table)
    .whereRaw('lower(email) = ?', [who.toLowerCase()])
    .orWhereRaw('??::text = ?', [id, who])
    .modify((query) => {
      if (names.has('username')) query.orWhere('username', who)
    })
    .limit(2)
    .select({ id })) as { id: UserId }[]
  if (found.length === 1) return found[0]!.id
  throw new UsageError(
    found.length === 0
      ? `nobody has the e-mail address, user name or id ${who}; see: usertwo users list`
      : `${who} is the user name of one and the id of another; give an e-mail address`,
  )
}
