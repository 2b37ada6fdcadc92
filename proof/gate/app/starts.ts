import { READY } from '../../../src/ready.js'
import type { Check, Evidence } from '../check.js'
import type { Gate } from '../gate.js'
import { TargetError } from './target.js'

/** What an app asks for at its start that the request role may not do; each leaves its name in the stack. */
const SCHEMA_CHANGES = [
  { library: 'TypeORM’s synchronize', by: /RdbmsSchemaBuilder|DataSource\.synchronize/ },
  {
    library: 'Sequelize’s sync',
    by: /\b\w+\.sync \(|sequelize[\\/]lib[\\/].*\bcreateTable\b|queryInterface\.createTable/i,
  },
]
const REFUSED = /permission denied|must be owner|schema_change_refused/

/**
 * Runs before the checks of a phase and is none of them: where the app does not start they could find nothing
 * out, and are reported as not run. It cannot be waived.
 *
 * @param dials at which the app is started, in order
 */
export function startsAt(dials: readonly number[]): Check {
  return {
    id: 'gate.starts',
    title: `The app starts and is healthy at dial ${dials.join(' and at ')}.`,
    proves: ['R2'],
    fix: 'Let app.start serve on PORT of HOST, and app.health answer 2xx to everybody without asking a table; see its own words.',
    timeout: 180_000,
    async run(gate) {
      for (const dial of dials) {
        const problem = await problemAt(gate, dial)
        if (problem) return { exercised: 1, unit: 'starts', problems: [problem] }
      }
      return { exercised: dials.length, unit: 'starts', problems: [] }
    },
    // What breaks it is tried on apps that do not start (starts.test.ts): none of them is to be built into
    // every app.
    mutants: () => [],
  }
}

async function problemAt(gate: Gate, dial: number): Promise<Evidence | null> {
  const { health } = gate.config.app
  const target = await gate.app({ dial }).catch((error: Error) => error)
  if (target instanceof Error) {
    const output = target instanceof TargetError ? target.output : ''
    return { what: `at dial ${dial} ${target.message}${hint(output)}` }
  }
  // At dial 0 nothing of usertwo answers: that the app takes requests is enough.
  if (dial === 0 && health === READY) return null
  const { status, body } = await target.ask('GET', health)
  if (status >= 200 && status < 300) return null
  return {
    what: `at dial ${dial} GET ${health} (app.health) answers ${status}, not 2xx${whyNot(status, health)}`,
    got: body.slice(0, 300),
  }
}

function whyNot(status: number, health: string): string {
  if (status === 401 || status === 403)
    return `: name it in routes.public (GET ${health}), or make app.health ${READY}, which usertwo answers`
  if (status >= 300 && status < 400)
    return `: name a page or a file that everybody may see, and list it in routes.public; or make app.health ${READY}, which usertwo answers`
  if (status === 404)
    return `: name the path of a route that is there, and asks no table, or ${READY}, which usertwo answers`
  return ''
}

/** Names a library that changes the schema as the app starts, where that was refused. */
function hint(output: string): string {
  if (!REFUSED.test(output)) return ''
  const found = SCHEMA_CHANGES.find(({ by }) => by.test(output))
  if (!found) return ''
  return `\n${found.library} changes the schema as the app starts, which a request’s role may not: leave it off, and run it as a migration (app.migrate)`
}
