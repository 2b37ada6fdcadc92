import type { Knex } from 'knex'
import type { Config } from '../core/config.js'
import { ConfigError } from '../core/config-error.js'

/**
 * Whether the owner's row has been claimed.
 * @throws when the schema of phase 3 is not there, with what to run
 */
export async function isClaimed(db: Knex, { users, owner }: Config): Promise<boolean> {
  await assertSchema(db)
  const row: { email: string | null } | undefined = await db(users.table)
    .where(users.id, owner.id)
    .first('email')
  return row?.email != null
}

/** @throws when the toolkit's own tables are not there */
export async function assertSchema(db: Knex): Promise<void> {
  const { rows } = await db.raw<{ rows: { there: boolean }[] }>(
    `select to_regclass('usertwo.claims') is not null as there`,
  )
  if (!rows[0]?.there) throw new SchemaMissing()
}

export class SchemaMissing extends ConfigError {
  constructor() {
    super('The database is not ready', ['it has no users of usertwo yet; run: usertwo migrate up'])
  }
}
