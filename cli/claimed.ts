import type { Knex } from 'knex'
import type { Config } from '../src/config/config.js'
import { variableOf } from '../src/config/settings.js'
import { ConfigError } from '../src/core/config-error.js'
import { isClaimed as wasClaimedIn } from '../src/phases/4-auth/accounts/owner-login.js'
import { withDatabase } from './database.js'

/**
 * Returns whether the owner has claimed their account, in the environment of this process.
 * @throws when the schema of phase 3 is missing, with the command to run
 */
export async function isClaimedHere(db: Knex, config: Config): Promise<boolean> {
  await assertSchema(db)
  return wasClaimedIn(db, config, environmentOf(config))
}

/** Returns the environment name as a start in this process would read it. */
export function environmentOf({ prefix }: Pick<Config, 'prefix'>): string {
  const read = (name: string) => variableOf(process.env, prefix, name)
  return read('ENVIRONMENT') ?? read('NODE_ENV') ?? 'production'
}

/** Returns the same for a database that may lack the schema, in which the account is unclaimed. */
export async function wasClaimed(url: string, config: Config): Promise<boolean> {
  try {
    return await withDatabase(url, (db) => isClaimedHere(db, config))
  } catch (error) {
    if (error instanceof SchemaMissing) return false
    throw error
  }
}

/** @throws SchemaMissing when the toolkit's own tables are missing, or a table of a later version */
export async function assertSchema(db: Knex, table = 'claims'): Promise<void> {
  const { rows } = await db.raw<{ rows: { there: boolean }[] }>(
    'select to_regclass(?) is not null as there',
    [`usertwo.${table}`],
  )
  if (!rows[0]?.there) throw new SchemaMissing()
}

export class SchemaMissing extends ConfigError {
  constructor() {
    super('The database is not ready', ['it lacks tables of usertwo; run: usertwo migrate up'])
  }
}
