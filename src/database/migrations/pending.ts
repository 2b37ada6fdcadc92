import type pg from 'pg'
import type { UserId } from '../../core/context.js'
import { qualified } from '../quoted.js'
import { type MigrationFile, readMigrations } from './files.js'
import { readLedger } from './ledger.js'
import { LEDGER } from './ledger-place.js'
import { placeholders } from './placeholders.js'
import { fillPlaceholders } from './statements.js'
import { inspectUsers, type UsersConfig, type UsersTable } from './users-table.js'

/** One of usertwo's migrations that is not applied yet, or can be undone. */
export interface PendingMigration {
  name: string
  phase: number
  /** its statements, as executed */
  sql: string[]
  lock: string
  risk: string
}

/**
 * Returns what `migrate` would run for a phase, in order; empty if nothing is to do. Reads only, and waits for no lock.
 *
 * @throws UsersTableError when usertwo cannot build on the users table
 */
export async function pendingMigrations(
  client: pg.Client,
  { phase, users: config, ownerId }: { phase: number; users: UsersConfig; ownerId: UserId },
): Promise<PendingMigration[]> {
  const applied = new Set((await readLedger(client)).map(({ name }) => name))
  const files = readMigrations().filter((file) => file.phase <= phase && !applied.has(file.name))
  if (files.length === 0) return []
  const users = await inspectUsers(client, config, ownerId)
  const values = placeholders(users, ownerId)
  const steps = files.map((file) => ({
    name: file.name,
    phase: file.phase,
    sql: file.up.map((statement) => fillPlaceholders(statement, values)),
    lock: lockOf(file, users),
    risk: file.risk,
  }))
  const first = { name: 'ledger', phase: files[0]!.phase, lock: 'none', risk: 'none, a new schema and table' }
  return applied.size > 0 ? steps : [{ ...first, sql: LEDGER }, ...steps]
}

/** usertwo's tables are its own; only statements on the users table can make the app wait. */
function lockOf({ up }: MigrationFile, users: UsersTable): string {
  const text = up.join('\n')
  if (!users.exists) return 'none'
  if (/(alter table|index \w+ on) \{\{users\}\}/.test(text)) return `access exclusive on ${qualified(users)}`
  return text.includes('{{users}}') ? `share row exclusive on ${qualified(users)}, an instant` : 'none'
}
