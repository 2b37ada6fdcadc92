import type pg from 'pg'
import type { Config } from '../../src/config/config.js'
import { refuseDemoLogin } from '../../src/config/demo-login.js'
import { parseSettings, variableOf } from '../../src/config/settings.js'
import { ConfigError } from '../../src/core/config-error.js'
import { missingMigrations } from '../../src/phases/6-isolation/schema/missing.js'
import {
  readSwitches,
  type Switches,
  switchesLine,
} from '../../src/phases/6-isolation/schema/rollout-order.js'
import { schemaNow } from '../../src/phases/6-isolation/start/fingerprint.js'
import { recordAtStart } from '../../src/record/at-start.js'
import { configPrint } from '../../src/record/config-print.js'
import { comparePublicAddress } from '../public-address.js'
import { filesProblem } from '../recorded.js'
import { aheadOf, readEnvironments } from './environments.js'
import { skippedLines, standing } from './steps.js'

/** One thing the next dial needs. */
export interface RolloutRequirement {
  what:
    | 'environment'
    | 'public address'
    | 'migrations'
    | 'claim'
    | 'recorded GO'
    | 'switches'
    | 'steps'
    | 'environments'
  /** what is missing, each with what to do; empty: nothing */
  missing: string[]
}

export interface Situation {
  config: Config
  /** the folder of the configuration; the record is there too */
  folder: string
  /** the dial to come */
  next: number
  environment: Record<string, string | undefined>
  claimed: boolean
}

/** From here on the owner logs in: at 5 pages ask for it, at 6 everything does. */
const CLAIMED_FROM = 5

/**
 * What the dial needs before it is raised, each looked at now. Changes nothing.
 * @param client on the app's database, as its login
 */
export async function requirementsOf(client: pg.Client, asked: Situation): Promise<RolloutRequirement[]> {
  const { config, next, claimed } = asked
  const steps = await missingMigrations(client, config, next)
  const shown = [...steps.slice(0, 3), ...(steps.length > 3 ? [`and ${steps.length - 3} more`] : [])]
  const unclaimed = next >= CLAIMED_FROM && !claimed
  return [
    { what: 'environment', missing: environmentOf(asked) },
    { what: 'public address', missing: addressOf(asked) },
    {
      what: 'migrations',
      missing: steps.length ? [`${shown.join('; ')}; run: usertwo migrate up --to ${next}`] : [],
    },
    {
      what: 'claim',
      missing: unclaimed
        ? [`${config.users.table}.${config.users.id} ${config.owner.id} is not claimed; run: usertwo claim`]
        : [],
    },
    { what: 'recorded GO', missing: await recordOf(client, asked, steps.length === 0) },
    { what: 'switches', missing: next > 6 ? switchesOf(await readSwitches(client, config)) : [] },
    { what: 'steps', missing: skippedLines(standing(config, asked.environment, next)) },
    { what: 'environments', missing: aheadOf(readEnvironments(asked.folder), nameOf(asked), next) },
  ]
}

/** As a start there would read it. */
const nameOf = ({ config, environment }: Situation): string =>
  variableOf(environment, config.prefix, 'ENVIRONMENT') ??
  variableOf(environment, config.prefix, 'NODE_ENV') ??
  'production'

/** At 6 a table may still be open; what comes after is for more people than that is for. */
function switchesOf(switches: Switches): string[] {
  const { next } = switches
  if (!next) return []
  return [
    `${switchesLine(switches)}; set tables.${next.table}.enforcement to '${next.to}', then run: usertwo migrate up, and restart`,
  ]
}

function environmentOf({ environment, next, config }: Situation): string[] {
  try {
    const dial = { [`${config.prefix ?? ''}USERTWO_PHASE`]: String(next) }
    refuseDemoLogin(config, parseSettings({ ...environment, ...dial }, config.prefix))
    return []
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems]
    throw error
  }
}

/** What is only worth a look stops no raise: `usertwo doctor` says it. */
const addressOf = ({ environment, config }: Situation) =>
  comparePublicAddress(environment, config.prefix)
    .filter(({ state }) => state === 'wrong')
    .map(({ found, fix }) => `${found}; ${fix}`)

/** The schema is compared only where it is migrated: before, the record can but differ. */
async function recordOf(
  client: pg.Client,
  { config, folder, next, environment }: Situation,
  migrated: boolean,
) {
  const data = environment.USERTWO_DATA || '.usertwo'
  const record = recordAtStart(next, { ENVIRONMENT: 'development', USERTWO_DATA: data }, folder)
  const schema = next >= 6 && migrated ? await schemaNow(client) : null
  const problem = record.problem(next, configPrint(config), schema) ?? filesProblem(folder, data, next)
  return problem ? [`${problem}; run: usertwo gate --record`] : []
}
