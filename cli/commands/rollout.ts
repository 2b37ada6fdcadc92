import { asLogin } from '../../proof/checks/8-rollout/as-login.js'
import { loadProject } from '../../proof/gate/project.js'
import { paint } from '../../proof/gate/report/terminal.js'
import type { Config } from '../../src/config/config.js'
import { parseDial, variableOf } from '../../src/config/settings.js'
import { appIdentity } from '../../src/migrate.js'
import {
  readSwitches,
  type Switches,
  switchesLine,
} from '../../src/phases/6-isolation/schema/rollout-order.js'
import { phases } from '../../src/phases/index.js'
import { environmentOf, wasClaimed } from '../claimed.js'
import { EXIT, implement } from '../command.js'
import { databaseUrl } from '../database.js'
import { rolloutCommands } from '../declared/rollout.js'
import { backupWarning } from '../migrate/plan.js'
import { type RolloutRequirement, requirementsOf } from '../rollout/requirements.js'

export const command = implement(rolloutCommands.rollout, async ({ values }) => {
  const { config, folder } = await loadProject(values.config)
  const dial = parseDial(process.env, config.prefix) ?? 0
  const last = phases.at(-1)!.number
  const next = Math.min(dial + 1, last)
  const url = databaseUrl(values.database)
  const claimed = await wasClaimed(url, config)
  const asked = { config, folder, next, environment: process.env, claimed }
  const requirements = await asLogin(url, (client) => requirementsOf(client, asked))
  const switches = await asLogin(url, (client) => readSwitches(client, config))
  // Row security comes with the schema of phase 6, which may be there at a lower dial.
  const warnings = dial < 6 && next === 6 ? [backupWarning((await appIdentity(url, undefined)).login)] : []
  const skipped = values['dangerously-skip-gate'] ? skipGate(requirements, warnings) : []
  const refused = refusalOf(config, requirements, next)
  if (refused) warnings.push(refused)
  const ready = requirements.every(({ missing }) => missing.length === 0)
  if (values.json)
    console.log(JSON.stringify({ dial, next, ready, requirements, skipped, switches, warnings }, null, 2))
  else for (const line of [...warnings, ...lines(dial, next, requirements, switches)]) console.log(line)
  return ready ? EXIT.go : EXIT.noGo
})

/** Takes the record from what is missing. @returns what was taken */
function skipGate(requirements: RolloutRequirement[], warnings: string[]): string[] {
  const found = requirements.find(({ what }) => what === 'recorded GO')
  const skipped = found?.missing.splice(0) ?? []
  if (skipped.length)
    warnings.push(
      `Skipped: ${skipped.join('; ')}. Nothing has shown that this dial is safe, and registration stays closed until a GO is recorded.`,
    )
  return skipped
}

/** Why the dial of production is not to be raised; null: it may be. */
function refusalOf({ prefix }: Config, requirements: RolloutRequirement[], next: number): string | null {
  const found = requirements.find(({ what }) => what === 'recorded GO')
  if (!found?.missing.length || environmentOf({ prefix }) !== 'production') return null
  const isSaid = variableOf(process.env, prefix, 'ENVIRONMENT') ?? process.env.NODE_ENV
  const why = isSaid ? '' : ' (ENVIRONMENT is not set, so this is production)'
  return `Refused: production is not raised to ${next} without a recorded GO${why}. --dangerously-skip-gate raises it all the same.`
}

function lines(dial: number, next: number, requirements: RolloutRequirement[], switches: Switches): string[] {
  const { name, purpose } = phases[next - 1]!
  const looked = requirements.flatMap(({ what, missing }) =>
    missing.length
      ? [`  ${paint('red', '✗')} ${what}`, ...missing.map((one) => `      ${one}`)]
      : [`  ${paint('green', '✓')} ${what}`],
  )
  const open = switches.next ? [`Tables that are not enforced: ${switchesLine(switches)}`] : []
  const ready = requirements.every(({ missing }) => missing.length === 0)
  if (dial === next)
    return [
      `The dial is at ${dial}, the last. ${ready ? 'Nothing is missing.' : 'This is missing:'}`,
      ...looked,
      ...open,
    ]
  return [
    `From ${dial} to ${next}, ${name}: ${purpose}`,
    ...looked,
    ...open,
    ready
      ? `Nothing is missing: set USERTWO_PHASE=${next} and restart; in development first, then staging, then production.`
      : `Then set USERTWO_PHASE=${next}.`,
    `What turning back would mean: usertwo backout ${dial}`,
  ]
}
