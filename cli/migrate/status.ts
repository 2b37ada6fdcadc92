import { asLogin } from '../../proof/checks/8-rollout/as-login.js'
import type { Config } from '../../src/config/config.js'
import { type MigrationStatus, status } from '../../src/database/migrator.js'
import { appIdentity } from '../../src/migrate.js'
import type { Floor } from '../../src/phases/6-isolation/schema/floor.js'
import { missingMigrations } from '../../src/phases/6-isolation/schema/missing.js'
import { floorLine, planMigration } from './plan.js'

export interface MigrateStatus {
  to: number
  floor: Floor
  migrations: MigrationStatus[]
  /** ownership that is missing for the phase */
  steps: string[]
  /** what `--contract` would do; never missing for a phase */
  contract: string[]
  /** what the schema still lets through, or keeps from other users, each with its fix */
  warnings: string[]
  complete: boolean
}

/** What is applied, what is left for a phase, and the floor. Reads only. */
export async function migrateStatus(
  url: string,
  config: Config,
  to: number,
  appUrl?: string,
): Promise<MigrateStatus> {
  const who = await appIdentity(url, appUrl)
  const migrations = await status(url)
  return asLogin(url, async (client) => {
    const missing = await missingMigrations(client, config, to)
    const { floor, steps, warnings } = await planMigration(client, config, to, who)
    return {
      to,
      floor,
      migrations,
      steps: missing.filter((name) => !migrations.some((one) => one.name === name)),
      contract: steps.filter(({ kind }) => kind === 'contract').map(({ name }) => name),
      warnings,
      complete: missing.length === 0,
    }
  })
}

/** The same for people. */
export function statusLines({
  to,
  floor,
  migrations,
  steps,
  contract,
  warnings,
  complete,
}: MigrateStatus): string[] {
  const left = steps.length + migrations.filter((one) => one.phase <= to && !one.appliedAt).length
  return [
    ...migrations.map(({ name, appliedAt, risk }) =>
      appliedAt ? `${name}  applied ${appliedAt.toISOString()}` : `${name}  not applied; ${risk}`,
    ),
    ...steps.map((name) => `ownership: ${name}`),
    ...contract.map((name) => `contract, only when asked for: ${name}`),
    ...warnings,
    floorLine(floor),
    complete ? `complete for phase ${to}` : `${left} missing for phase ${to}`,
  ]
}
