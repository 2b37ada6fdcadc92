import type pg from 'pg'

/** A migration that has been applied. */
export interface Applied {
  name: string
  appliedAt: Date
}

/** Returns the applied migrations, in order; empty if the ledger does not exist yet. */
export async function readLedger(client: pg.Client): Promise<Applied[]> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('usertwo.migrations') is not null as there`,
  )
  if (!rows[0]?.there) return []
  const ledger = await client.query<Applied>(
    'select name, applied_at as "appliedAt" from usertwo.migrations order by name',
  )
  return ledger.rows
}
