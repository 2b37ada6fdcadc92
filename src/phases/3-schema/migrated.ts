import type pg from 'pg'
import { ConfigError } from '../../core/config-error.js'
import { readMigrations } from '../../database/migrations/files.js'
import { readLedger } from '../../database/migrations/ledger.js'
import { sqlState } from '../../database/sql-state.js'

/** Variables by name: which of them are on. */
export type FlagsByName = Readonly<Record<string, unknown>>

/**
 * Returns the migrations of usertwo's own tables that a database lacks for a dial, by name. Reads only.
 *
 * @param on a migration that only a feature needs is lacking where its variable is on; default: all are off
 */
export async function missingTables(
  client: pg.Client,
  dial: number,
  on: FlagsByName = {},
): Promise<string[]> {
  const applied = new Set((await readLedger(client)).map(({ name }) => name))
  return readMigrations()
    .filter(({ name, phase, only }) => phase <= dial && !applied.has(name) && (!only || on[only] === true))
    .map(({ name }) => name)
}

/**
 * Stops a start whose database lacks tables of usertwo.
 * @throws ConfigError that names what is missing, and `usertwo migrate up`
 */
export async function assertTables(client: pg.Client, dial: number, on: FlagsByName = {}): Promise<void> {
  const missing = await readable(client, dial, missingTables(client, dial, on))
  if (missing.length > 0) throw notReady(dial, missing)
}

/** @param forWhom options to print after the command; default: none */
export function notReady(dial: number, missing: readonly string[], forWhom = ''): ConfigError {
  const shown = missing.slice(0, 5).join('; ')
  const more = missing.length > 5 ? `; and ${missing.length - 5} more` : ''
  return new ConfigError('The database is not ready', [
    `USERTWO_PHASE=${dial}: it lacks ${shown}${more}; run: usertwo migrate up --to ${dial}${forWhom}, or turn USERTWO_PHASE back`,
  ])
}

/** Explains a missing right. @throws ConfigError with the fix, if the login may not read the tables */
export async function readable<Read>(client: pg.Client, dial: number, reading: Promise<Read>): Promise<Read> {
  try {
    return await reading
  } catch (cause) {
    if (sqlState(cause) !== '42501') throw cause
    throw new ConfigError('The database is not ready', [
      `USERTWO_PHASE=${dial}: the login ${client.user} may not read what is there (${(cause as Error).message}); run: usertwo migrate up --app with this URL`,
    ])
  }
}
