import type pg from 'pg'
import type { Config } from '../../core/config.js'
import { ConfigError } from '../../core/config-error.js'
import { requestRoleOf } from '../../database/login.js'
import { readMigrations } from '../../database/migrations/files.js'
import { readLedger } from '../../database/migrations/ledger.js'
import { sqlState } from '../../database/sql-state.js'
import { readRequestRole } from '../6-isolation/enforcement.js'
import { readFloor } from '../6-isolation/schema/floor.js'
import { ownershipPlan } from '../6-isolation/schema/from-config.js'
import { identityOn, preparedFor } from '../6-isolation/schema/identity.js'
import { OwnershipError } from '../6-isolation/schema/step.js'

/**
 * What a database lacks for a dial: migrations of the toolkit's own tables by name, from 6 steps of ownership.
 * Empty: nothing. Reads only.
 *
 * @param client a connection of its own; the app is taken to connect as whom the database was prepared for
 */
export async function missingMigrations(client: pg.Client, config: Config, dial: number): Promise<string[]> {
  const role = ((await preparedFor(client)) ?? (await identityOn(client))).role
  const { steps, problems } = await migrationGap(client, config, dial, role)
  return [...steps, ...problems]
}

/** What `migrate up` would do, and what keeps it from doing it. */
async function migrationGap(
  client: pg.Client,
  config: Config,
  dial: number,
  role: string,
): Promise<{ steps: string[]; problems: string[] }> {
  const applied = new Set((await readLedger(client)).map(({ name }) => name))
  const missing = readMigrations()
    .filter(({ name, phase }) => phase <= dial && !applied.has(name))
    .map(({ name }) => name)
  // Ownership builds on the toolkit's tables: without them it has nothing to say yet.
  if (dial < 6 || missing.length > 0) return { steps: missing, problems: [] }
  const { planOwnership } = await import('../6-isolation/schema/plan-ownership.js')
  const { database } = await identityOn(client)
  // A copy under another name keeps the role it was made with.
  const requestRole = await readRequestRole(client).catch(() => requestRoleOf(database))
  try {
    const steps = await planOwnership(client, ownershipPlan(config, requestRole, role))
    return { steps: steps.map(({ name }) => name), problems: [] }
  } catch (error) {
    if (error instanceof OwnershipError) return { steps: [], problems: [...error.problems] }
    throw error
  }
}

/**
 * Stops a start whose database is behind its dial.
 * @throws ConfigError that names what is missing, and `usertwo migrate up`
 */
export async function assertMigrated(client: pg.Client, config: Config, dial: number): Promise<void> {
  const { role } = await identityOn(client)
  const { steps: missing, problems } = await migrationGap(client, config, dial, role).catch(
    (cause: unknown) => {
      if (sqlState(cause) !== '42501') throw cause
      throw new ConfigError('The database is not ready', [
        `USERTWO_PHASE=${dial}: the login ${role} may not read what is there (${(cause as Error).message}); run: usertwo migrate up --app with this URL`,
      ])
    },
  )
  if (problems.length > 0) throw new ConfigError('The configuration does not fit the database', problems)
  if (missing.length === 0) return
  const shown = missing.slice(0, 5).join('; ')
  const more = missing.length > 5 ? `; and ${missing.length - 5} more` : ''
  const other = dial >= 6 ? (await preparedFor(client))?.role : null
  const forWhom =
    other && other !== role
      ? ` --app with this URL (it was prepared for ${other}, the app connects as ${role})`
      : ''
  throw new ConfigError('The database is not ready', [
    `USERTWO_PHASE=${dial}: it lacks ${shown}${more}; run: usertwo migrate up --to ${dial}${forWhom}, or turn USERTWO_PHASE back`,
  ])
}

/**
 * Stops a start whose dial is lower than the schema still bears: old code's `ON CONFLICT (slug)` would fail.
 * @throws ConfigError that names the floor, what raised it, and how to go on
 */
export async function assertAboveFloor(client: pg.Client, dial: number): Promise<void> {
  const floor = await readFloor(client)
  if (dial >= floor.dial) return
  throw new ConfigError('The dial is below the floor', [
    `USERTWO_PHASE=${dial}: this database can go back to ${floor.dial} and no further (${floor.because.join('; ')}); ` +
      `set USERTWO_PHASE to ${floor.dial} or more, or make the unique index for all again under its old name`,
  ])
}
