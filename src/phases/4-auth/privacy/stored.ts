import type { StoredAnswer } from '../../../contract/answers.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { dueDeletion } from '../accounts/accounts.js'
import { ownTables, rowCounts } from './own-tables.js'

/** Returns how many rows are stored about a user, by table, and whether the account is to be deleted. */
export async function storedAbout({ db, config }: Kit, user: UserId): Promise<StoredAnswer> {
  const counts = await rowCounts(db, await ownTables(db, config, user))
  const below = (folder: string) =>
    Object.fromEntries(
      Object.entries(counts).flatMap(([path, rows]) =>
        path.startsWith(`${folder}/`) ? [[path.slice(folder.length + 1), rows]] : [],
      ),
    )
  const due = await dueDeletion(db, user)
  return { app: below('app'), account: below('account'), due_at: due?.toISOString() ?? null }
}
