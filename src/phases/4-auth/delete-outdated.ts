import type { Knex } from 'knex'

/** How many rows are deleted with each new one. */
const MOST = 100

/** A table whose rows wait for an answer until `expires_at`. */
interface Waiting {
  table: `usertwo.${string}`
  key: string
}

/** Deletes rows that nothing waits for any more. Of many calls at once each takes other rows. */
export async function deleteOutdated(db: Knex, { table, key }: Waiting, now: Date): Promise<void> {
  const outdated = db(table).where('expires_at', '<=', now).limit(MOST).forUpdate().skipLocked().select(key)
  await db(table).whereIn(key, outdated).delete()
}
