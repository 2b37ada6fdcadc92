import type { Knex } from 'knex'
import { canonicalId } from '../../../config/canonical-id.js'
import type { Config } from '../../../config/config.js'
import type { UserId } from '../../../core/context.js'
import { usersColumns } from './users-table.js'

/** Returns the users with an e-mail address, user name or id; two if it is the name of one and the id of another. */
export async function peopleCalled(
  db: Knex,
  { users: { table, id } }: Config,
  who: string,
): Promise<UserId[]> {
  const names = await usersColumns(db, table)()
  const found = (await db(table)
    .whereRaw('lower(email) = ?', [who.toLowerCase()])
    .orWhereRaw('??::text in (?, ?)', [id, who, canonicalId(who)])
    .modify((query) => {
      if (names.has('username')) query.orWhere('username', who)
    })
    .limit(2)
    .select({ id })) as { id: UserId }[]
  return found.map(({ id }) => id)
}
