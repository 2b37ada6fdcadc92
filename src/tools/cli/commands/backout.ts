import { parseArgs } from 'node:util'
import type { Config } from '../../../core/config.js'
import { parseDial } from '../../../core/settings.js'
import { type Floor, readFloor } from '../../../phases/6-isolation/schema/floor.js'
import { countOthers } from '../../../phases/6-isolation/strangers.js'
import { asLogin } from '../../../phases/8-rollout/checks/as-login.js'
import { loadProject } from '../../gate/project.js'
import { type Back, type Consequence, consequences } from '../backout/consequences.js'
import { steps } from '../backout/steps.js'
import { atMost, type Command, DATABASE_OPTIONS, EXIT, UsageError } from '../command.js'
import { databaseUrl } from '../database.js'

const HEADINGS: Record<Consequence['about'], string> = {
  reach: 'Who reaches what',
  routes: 'Which routes reopen',
  others: 'What the others lose meanwhile',
  stays: 'What stays',
}

export const backout: Command = {
  name: 'backout',
  usage: 'backout N [--database URL] [--json] [--config FILE]',
  about: 'what turning the dial back to N means, for whom, and then how; changes nothing itself',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: DATABASE_OPTIONS,
    })
    atMost(1, positionals, backout)
    const to = dialOf(positionals[0])
    const { config } = await loadProject(values.config)
    const now = parseDial(process.env, config.prefix)
    if (now !== undefined && now <= to)
      throw new UsageError(`backout ${to}: USERTWO_PHASE is ${now}; that is not back. See: usertwo rollout`)
    const withoutUsers = /^(false|0|off)$/i.test(process.env.USER_MGMT_ENABLED?.trim() ?? '')
    const found = await look(values.database, config)
    const back: Back = { config, to, others: found?.others ?? null, withoutUsers }
    const floor = found?.floor ?? null
    if (floor && to < floor.dial) {
      const refused = belowFloor(to, floor)
      console.log(values.json ? JSON.stringify({ to, floor, refused }, null, 2) : refused)
      return EXIT.noGo
    }
    const facts = consequences(back)
    const environment = process.env.ENVIRONMENT || process.env.NODE_ENV || 'production'
    const how = steps(back, environment === 'production')
    if (values.json) console.log(JSON.stringify({ to, floor, others: back.others, facts, how }, null, 2))
    else for (const line of lines(to, facts, [...(floor ? [] : [ASK_FOR_FLOOR]), ...how])) console.log(line)
    return EXIT.go
  },
}

function dialOf(given: string | undefined): number {
  const to = Number(given)
  if (given === undefined || !/^[0-7]$/.test(given))
    throw new UsageError(`backout ${given ?? ''}: say to which dial, 0 to 7, for example: usertwo backout 5`)
  return to
}

/** Null when no database can be asked: there may be others, and a floor. */
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
