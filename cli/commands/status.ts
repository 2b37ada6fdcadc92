import type pg from 'pg'
import { asLogin } from '../../proof/checks/8-rollout/as-login.js'
import { loadProject } from '../../proof/gate/project.js'
import type { Config } from '../../src/config/config.js'
import { parseDial, variableOf } from '../../src/config/settings.js'
import { type VariableName, variables } from '../../src/config/variables.js'
import { status as appliedMigrations } from '../../src/database/migrator.js'
import { leavesDemo } from '../../src/phases/4-auth/accounts/owner-login.js'
import { type Floor, readFloor } from '../../src/phases/6-isolation/schema/floor.js'
import { missingMigrations } from '../../src/phases/6-isolation/schema/missing.js'
import {
  readSwitches,
  type Switches,
  switchesLine,
} from '../../src/phases/6-isolation/schema/rollout-order.js'
import { recordedGoProblem } from '../../src/phases/6-isolation/start/recorded-go.js'
import { phases } from '../../src/phases/index.js'
import { RECORD_FILE } from '../../src/record/record.js'
import { environmentOf, wasClaimed } from '../claimed.js'
import { EXIT, implement } from '../command.js'
import { databaseUrl } from '../database.js'
import { rolloutCommands } from '../declared/rollout.js'
import { recordedGo } from '../recorded.js'
import {
  aheadOf,
  environmentLines,
  readEnvironments,
  type SeenEnvironments,
} from '../rollout/environments.js'
import { type Standing, standing, standingLines } from '../rollout/steps.js'

interface Facts {
  dial: number
  /** whether USERTWO_PHASE is set where this runs; otherwise the app may run at another dial */
  isSet: boolean
  flags: Record<string, string>
  migrations: { applied: number; missing: string[] }
  /** the lowest dial to return to, and why */
  floor: Floor
  /** owned tables that are not enforced, and the next to turn */
  switches: Switches
  claimed: boolean
  /** what waits to be mailed, and was given up, with what the server last said; null: SMTP_URL is not set */
  mail: { waiting: number; givenUp: number; last: string | null } | null
  /** phases with a recorded GO, and why the record does not speak for this app, if so */
  record: { phases: number[]; problem: string | null } | null
  next: string
  /** which steps of the rollout are raised */
  steps: Standing
  /** what was GO in each environment, and why this one is ahead of the one before, if it is */
  environments: { recorded: SeenEnvironments; ahead: string[] }
}

export const command = implement(rolloutCommands.status, async ({ values }) => {
  const { config, folder } = await loadProject(values.config)
  const facts = await look(config, folder, databaseUrl(values.database))
  if (values.json) console.log(JSON.stringify(facts, null, 2))
  else for (const line of lines(facts, config)) console.log(line)
  return facts.steps.skipped.length || facts.environments.ahead.length ? EXIT.noGo : EXIT.go
})

async function look(config: Config, folder: string, url: string): Promise<Facts> {
  const given = parseDial(process.env, config.prefix)
  const dial = given ?? 0
  const applied = (await appliedMigrations(url)).filter(({ appliedAt }) => appliedAt !== null).length
  const missing = await asLogin(url, (client) => missingMigrations(client, config, dial))
  const floor = await asLogin(url, readFloor)
  const switches = await asLogin(url, (client) => readSwitches(client, config))
  const claimed = await wasClaimed(url, config)
  const migrations = { applied, missing }
  const mail = variableOf(process.env, config.prefix, 'SMTP_URL') ? await asLogin(url, readMail) : null
  const record = await recordOf(config, folder, url, { dial, migrations })
  const facts = {
    dial,
    isSet: given !== undefined,
    flags: flagsSet(config.prefix),
    migrations,
    floor,
    switches,
    claimed,
    mail,
    record,
  }
  const steps = standing(config, process.env, dial)
  const recorded = readEnvironments(folder)
  const environments = { recorded, ahead: aheadOf(recorded, environmentOf(config), dial) }
  return { ...facts, next: nextStep(facts), steps, environments }
}

async function readMail(client: pg.Client): Promise<Facts['mail']> {
  const { rows } = await client.query<{ waiting: number; givenUp: number; last: string | null }>(
    `select count(*) filter (where given_up_at is null)::int as waiting,
       count(given_up_at)::int as "givenUp", max(last_error) as last
     from usertwo.outbox where sent_at is null`,
  )
  return rows[0]!
}

/** Variables that switch something, as they are set; nothing secret. */
function flagsSet(prefix: string | undefined): Record<string, string> {
  const switches = (Object.keys(variables) as VariableName[]).filter((name) =>
    /^(ENABLE_|USER_MGMT|TOKEN_STYLE|AUTH_COOKIE|METRICS$|REGISTRATION|USERTWO_OPEN|ENVIRONMENT)/.test(name),
  )
  return Object.fromEntries(
    switches.flatMap((name) => {
      const value = variableOf(process.env, prefix, name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** As the start reads it; a schema that is not there yet cannot be compared. */
async function recordOf(
  config: Config,
  folder: string,
  url: string,
  { dial, migrations }: Pick<Facts, 'dial' | 'migrations'>,
): Promise<Facts['record']> {
  const record = recordedGo(config, folder, dial)
  const phases = record.phases()
  if (!phases) return null
  const problem = migrations.missing.length
    ? 'migrations are missing for this dial'
    : await asLogin(url, (client) => recordedGoProblem(client, record, config, dial))
  return { phases, problem }
}

function nextStep({
  dial,
  migrations,
  claimed,
  record,
}: Omit<Facts, 'next' | 'steps' | 'environments'>): string {
  if (migrations.missing.length > 0) return `usertwo migrate up --to ${dial}`
  if (dial >= 4 && !claimed) return 'usertwo claim, and register with the code'
  const next = phases.find(({ number }) => number > dial)
  if (!next) return record?.phases.includes(8) ? 'nothing: this is the last phase' : 'usertwo gate --record'
  const schema = next.number === 3 || next.number === 6 ? `usertwo migrate up --to ${next.number}, ` : ''
  return `usertwo gate ${next.number}; when it is GO: ${schema}then USERTWO_PHASE=${next.number} (${next.name})`
}

function lines(
  {
    dial,
    isSet,
    flags,
    migrations,
    floor,
    switches,
    claimed,
    mail,
    record,
    next,
    steps,
    environments,
  }: Facts,
  config: Config,
): string[] {
  const { owner, users } = config
  const phase = phases.find(({ number }) => number === dial)
  const { missing } = migrations
  return [
    `dial        ${dial}  ${phase?.name ?? 'the app as it was'}${isSet ? '' : ' (USERTWO_PHASE is not set in this shell)'}`,
    `flags       ${
      Object.entries(flags)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ') || 'none set'
    }`,
    `migrations  ${migrations.applied} applied${missing.length ? `; ${missing.length} missing for this dial, first ${missing[0]}` : ''}`,
    `floor       ${floor.dial}${floor.because.length ? `; ${floor.because.join('; ')}` : ''}`,
    `switches    ${switchesLine(switches)}`,
    `claim       ${claimed ? claimedBy(config) : `${users.table}.${users.id} ${owner.id} is not claimed`}`,
    ...(mail
      ? [
          `mail        ${mail.waiting} to be sent, ${mail.givenUp} given up${mail.last ? `; the server said ${mail.last}` : ''}`,
        ]
      : []),
    `record      ${
      record
        ? `GO for ${record.phases.join(', ')}${record.problem ? `, but ${record.problem}` : ''}`
        : `no ${RECORD_FILE}; write it with: usertwo gate --record`
    }`,
    `next        ${next}`,
    ...standingLines(steps, environmentOf(config)),
    ...environmentLines(environments.recorded, { name: environmentOf(config), dial }),
  ]
}

const claimedBy = (config: Config) =>
  leavesDemo(config, environmentOf(config))
    ? 'an administrator, who is not the demo’s owner'
    : `claimed by user ${config.owner.id}`
