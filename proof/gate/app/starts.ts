import { READY } from '../../../src/ready.js'
import type { Check, Evidence } from '../check.js'
import type { Gate } from '../gate.js'
import { TargetError } from './target.js'

/**
 * Schema changes at an app's start that the request role may not make. Each library leaves its name in the
 * stack.
 */
const SCHEMA_CHANGES = [
  { library: 'TypeORM’s synchronize', by: /RdbmsSchemaBuilder|DataSource\.synchronize/ },
  {
    library: 'Sequelize’s sync',
    by: /\b\w+\.sync \(|sequelize[\\/]lib[\\/].*\bcreateTable\b|queryInterface\.createTable/i,
  },
]
const REFUSED = /permission denied|must be owner|schema_change_refused/

/**
 * Runs before the checks of a phase. If the app does not start, the checks could find nothing out and are
 * reported as not run. It is not one of the checks and cannot be waived.
 *
 * @param dials the dials at which the app is started, in order
 */
export function startsAt(dials: readonly number[]): Check {
  return {
    id: 'gate.starts',
    title: `The app starts and is healthy at dial ${dials.join(' and at ')}.`,
    proves: ['R2'],
    fix: 'Let app.start serve on PORT of HOST, and app.health answer 2xx to every client without a query; see the app’s own output.',
    timeout: 180_000,
    async run(gate) {
      for (const dial of dials) {
        const problem = await problemAt(gate, dial)
        if (problem) return { exercised: 1, unit: 'starts', problems: [problem] }
      }
      return { exercised: dials.length, unit: 'starts', problems: [] }
    },
    // Its defects are tried on apps that do not start (starts.test.ts), so that they need not be built into
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
  // At dial 0 usertwo answers nothing, so it is enough that the app accepts requests.
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
    return `: name a public page or file, and list it in routes.public; or make app.health ${READY}, which usertwo answers`
  if (status === 404)
    return `: name the path of an existing route that needs no table, or ${READY}, which usertwo answers`
  return ''
}

/** Names a library that was refused a schema change at the app's start. */
function hint(output: string): string {
  if (!REFUSED.test(output)) return ''
  const found = SCHEMA_CHANGES.find(({ by }) => by.test(output))
  if (!found) return ''
  return `\n${found.library} changes the schema as the app starts, which a request’s role may not: leave it off, and run it as a migration (app.migrate)`
}
