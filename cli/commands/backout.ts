import { asLogin } from '../../proof/checks/8-rollout/as-login.js'
import { loadProject } from '../../proof/gate/project.js'
import type { Config } from '../../src/config/config.js'
import { parseDial, variableOf } from '../../src/config/settings.js'
import { countOthers } from '../../src/phases/6-isolation/requests/other-users.js'
import { type Floor, readFloor } from '../../src/phases/6-isolation/schema/floor.js'
import { type Back, type Consequence, consequences } from '../backout/consequences.js'
import { steps } from '../backout/steps.js'
import { environmentOf } from '../claimed.js'
import { EXIT, implement } from '../command.js'
import { databaseUrl } from '../database.js'
import { rolloutCommands } from '../declared/rollout.js'
import { type RolloutStep, STEPS, settingOf } from '../rollout/steps.js'
import { UsageError } from '../usage-error.js'

const HEADINGS: Record<Consequence['about'], string> = {
  reach: 'Who reaches what',
  routes: 'Which routes reopen',
  others: 'What the others lose meanwhile',
  stays: 'What stays',
}

export const command = implement(rolloutCommands.backout, async ({ values, words }) => {
  const step = STEPS.find(({ name }) => name === words[0])
  if (step && !step.set.USERTWO_PHASE) {
    if (values.json) console.log(JSON.stringify(step, null, 2))
    else for (const line of ofFlag(step)) console.log(line)
    return EXIT.go
  }
  const to = dialOf(step ? before(step) : words[0])
  const { config } = await loadProject(values.config)
  const now = parseDial(process.env, config.prefix)
  if (now !== undefined && now <= to)
    throw new UsageError(`backout ${to}: USERTWO_PHASE is ${now}; that is not back. See: usertwo rollout`)
  const users = variableOf(process.env, config.prefix, 'USER_MGMT_ENABLED') ?? ''
  const withoutUsers = /^(false|0|off)$/i.test(users)
  const found = await look(values.database, config)
  const back: Back = { config, to, others: found?.others ?? null, withoutUsers }
  const floor = found?.floor ?? null
  if (floor && to < floor.dial) {
    const refused = belowFloor(to, floor)
    console.log(values.json ? JSON.stringify({ to, floor, refused }, null, 2) : refused)
    return EXIT.noGo
  }
  const facts = consequences(back)
  const how = steps(back, environmentOf(config))
  if (values.json) console.log(JSON.stringify({ to, floor, others: back.others, facts, how }, null, 2))
  else for (const line of lines(to, facts, [...(floor ? [] : [ASK_FOR_FLOOR]), ...how])) console.log(line)
  return EXIT.go
})

/** The dial of the step before it. */
const before = (step: RolloutStep) =>
  STEPS.slice(0, STEPS.indexOf(step)).findLast(({ set }) => set.USERTWO_PHASE)?.set.USERTWO_PHASE ?? '2'

/** A flag affects neither rows nor the floor, so no database is needed. */
const ofFlag = (step: RolloutStep) => [
  `Without ${settingOf(step)} (${step.name}):`,
  `  - ${step.backout}`,
  '  - No row is lost, and raising it again is the same as the first time.',
  '',
  'How',
  `  1. Set what stands above, and restart every process; a step after ${step.name} that is raised goes back first.`,
]

function dialOf(given: string | undefined): number {
  const to = Number(given)
  if (given === undefined || !/^[0-7]$/.test(given))
    throw new UsageError(
      `backout ${given ?? ''}: say to which dial, 0 to 7, or which step: usertwo backout 5, usertwo backout cookie`,
    )
  return to
}

/** Null when no database answers: there may be other users, and a floor. */
async function look(
  given: string | undefined,
  config: Config,
): Promise<{ others: number; floor: Floor } | null> {
  let url: string
  try {
    url = databaseUrl(given)
  } catch (error) {
    if (given || !(error instanceof UsageError)) throw error
    return null
  }
  return asLogin(url, async (client) => ({
    others: await countOthers(client, config),
    floor: await readFloor(client),
  }))
}

const ASK_FOR_FLOOR =
  'Ask the database first how far back it goes, no start goes below its floor: usertwo backout N --database URL'

/** A start below the floor is refused: it is not said how to get there. */
function belowFloor(to: number, { dial, because }: Floor): string {
  return (
    `The dial cannot go back to ${to}: the floor of this database is ${dial} (${because.join('; ')}). ` +
    `Go back to ${dial} at most, or first make the unique index for all again under its old name; see: usertwo migrate status`
  )
}

function lines(to: number, facts: Consequence[], how: string[]): string[] {
  const parts = (Object.keys(HEADINGS) as Consequence['about'][]).flatMap((about) => {
    const said = facts.filter((fact) => fact.about === about)
    return said.length ? ['', HEADINGS[about], ...said.map(({ says }) => `  - ${says}`)] : []
  })
  return [`With USERTWO_PHASE=${to}:`, ...parts, '', 'How', ...how.map((step, at) => `  ${at + 1}. ${step}`)]
}
