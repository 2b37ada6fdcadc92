import type pg from 'pg'
import type { Config } from '../../../config/config.js'
import { isOn } from '../../../config/dial.js'
import { ConfigError } from '../../../core/config-error.js'
import { requestRoleOf } from '../../../database/login.js'
import { missingTables, notReady, readable } from '../../3-schema/migrated.js'
import { readRequestRole } from '../start/enforcement.js'
import { ownershipPlan } from './plan/from-config.js'
import { identityOn, preparedFor } from './plan/identity.js'
import { OwnershipError } from './step.js'

/** What `migrate up` would do to the app's own tables, and what prevents it. */
interface Gap {
  steps: string[]
  problems: string[]
}

/**
 * Returns what a database lacks for a dial: migrations of usertwo's own tables by name, from 6 steps of ownership.
 * Empty if complete. Reads only.
 *
 * @param client a connection of its own; the app is assumed to connect as the role the database was prepared for
 */
export async function missingMigrations(client: pg.Client, config: Config, dial: number): Promise<string[]> {
  const missing = await missingTables(client, dial)
  // Ownership builds on usertwo's tables: without them its steps are unknown.
  if (!isOn('isolation', dial) || missing.length > 0) return missing
  const role = ((await preparedFor(client)) ?? (await identityOn(client))).role
  const { steps, problems } = await ownershipGap(client, config, role, 'opened')
  return [...steps, ...problems]
}

/**
 * Stops a start if the app's tables are not prepared for several users.
 * @throws ConfigError that names what is missing, and `usertwo migrate up`
 */
export async function assertOwnership(client: pg.Client, config: Config, dial: number): Promise<void> {
  const { role } = await identityOn(client)
  const { steps, problems } = await readable(client, dial, ownershipGap(client, config, role, 'closed'))
  if (problems.length > 0) throw new ConfigError('The configuration does not fit the database', problems)
  if (steps.length === 0) return
  const other = (await preparedFor(client))?.role
  const forWhom =
    other && other !== role
      ? ` --app with this URL (it was prepared for ${other}, the app connects as ${role})`
      : ''
  throw notReady(dial, steps, forWhom)
}

async function ownershipGap(
  client: pg.Client,
  config: Config,
  role: string,
  lateParts: 'opened' | 'closed',
): Promise<Gap> {
  const { planOwnership } = await import('./plan/plan-ownership.js')
  const { database } = await identityOn(client)
  // A copy under another name keeps the role it was made with.
  const requestRole = await readRequestRole(client).catch(() => requestRoleOf(database))
  try {
    const steps = await planOwnership(client, ownershipPlan(config, requestRole, role), { lateParts })
    return { steps: steps.map(({ name }) => name), problems: [] }
  } catch (error) {
    if (error instanceof OwnershipError) return { steps: [], problems: [...error.problems] }
    throw error
  }
}
