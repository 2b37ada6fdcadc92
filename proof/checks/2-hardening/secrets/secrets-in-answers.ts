import type { Variable } from '../../../../src/config/variable.js'
import { variables } from '../../../../src/config/variables.js'
import { readPath } from '../../../../src/express/path.js'
import { classifier } from '../../../../src/phases/2-hardening/routes.js'
import { type Ask, curl } from '../../../gate/app/http.js'
import type { Check, Evidence } from '../../../gate/check.js'
import type { AppOptions, Gate } from '../../../gate/gate.js'
import { looksSecret, newSecret, UNUSED_SECRET } from '../../../gate/people/planted.js'
import innerApp from '../mutants/express/inner-app.js'
import { concrete, inParallel, visitors } from '../requests.js'

export const secretsInAnswers: Check = {
  id: 'hardening.secrets-in-answers',
  title: 'No answer contains a secret from the environment or reveals the platform',
  proves: ['H1', 'H2'],
  fix: 'Take it out of the answer; a route for debugging is listed under routes.debug, and is off.',
  async run(gate) {
    const { how, notes } = await planted(gate)
    const target = await gate.app(how)
    const { classOf } = classifier(gate.config)
    const routes = (await gate.routes(how)).map(({ method, path }) => ({
      method: method === 'ALL' ? 'GET' : method,
      path: concrete(path),
      body: undefined as unknown,
    }))
    const recorded = (await gate.traffic()).map(({ method, path, request }) => ({
      method,
      path,
      body: (request.body ?? undefined) as unknown,
      headers: { ...(request.contentType && { 'content-type': request.contentType }) },
    }))
    const asks = [...routes, ...recorded].filter(
      ({ method, path }) => classOf(method, readPath(path), true) === 'open',
    )
    // The app runs in a copy of its folder, but may know the original folder from its build.
    const folders = [gate.folder, await gate.scratch()].filter((one) => one.length > 4)
    const visitor = visitors(28)
    const problems: Evidence[] = []
    let exercised = 0
    // The gate itself searches every answer for secret values. Here the check looks for other details of the
    // machine.
    const asked = async ({ method, path, ...given }: (typeof asks)[number]) => {
      const how: Ask = {
        ...given,
        ...(/^P/.test(method) && given.body === undefined && { body: {} }),
        as: visitor(),
      }
      const answer = await target.ask(method, path, how)
      exercised++
      const shown = answer.status < 400 ? internals(answer.body, folders) : null
      if (shown)
        problems.push({
          what: `${method} ${path.split('?')[0]} shows ${shown}`,
          part: `${method} ${path.split('?')[0]}`,
          route: `${method} ${path.split('?')[0]}`,
          curl: curl(target.url, method, path, how),
        })
    }
    const brokenOff: typeof asks = []
    await inParallel(asks, (one) => asked(one).catch(() => void brokenOff.push(one)))
    // Another request may rewrite a file while it is being sent. Requested alone, each answer must be
    // complete.
    for (const one of brokenOff) await asked(one)
    return { exercised, unit: 'answers', problems: [...gate.leaked, ...problems], notes }
  },
  mutants: [
    {
      name: 'reads are answered with the environment',
      names: /holds the value of \S+|the variables of its environment/,
      by: { replace: [innerApp.showsEnvironment] },
    },
    {
      name: 'reads are answered with the password of the database, in base64',
      names: /holds the value of \S+/,
      by: { replace: [innerApp.showsDatabaseUrl] },
    },
    {
      name: 'reads are answered with the names of the environment',
      names: 'the variables of its environment',
      by: { replace: [innerApp.showsVariables] },
    },
  ],
}

/**
 * Starts the app with the gate's own values for its secrets, so that a find cannot be a word of the app
 * itself.
 */
async function planted(gate: Gate): Promise<{ how: AppOptions; notes: string[] }> {
  // The database's own variables get random values anyway. An empty one says that there is no secret, such as the
  // password of a Redis.
  const own = Object.entries(gate.config.app.env).flatMap(([name, value]) =>
    looksSecret(name) && !isSetting(name, gate.config.prefix) && value && !value.includes('$') ? [name] : [],
  )
  if (!own.length) return { how: {}, notes: [] }
  const env = Object.fromEntries(own.map((name) => [name, newSecret()]))
  return gate.app({ env }).then(
    () => ({ how: { env }, notes: [] }),
    () => ({
      how: {},
      notes: [`${own.join(', ')} were not searched for: the app does not start with other values`],
    }),
  )
}

/**
 * Returns true for a setting such as `TOKEN_STYLE`, which is named like a secret but has a known set of
 * values.
 */
function isSetting(name: string, prefix = ''): boolean {
  const plain = name.startsWith(prefix) ? name.slice(prefix.length) : name
  const known: Record<string, Variable> = variables
  return known[plain] !== undefined && !known[plain].secret
}

/** Returns which internals of the process an answer shows; null if it shows none. */
function internals(body: string, folders: readonly string[]): string | null {
  if (body.includes(UNUSED_SECRET)) return 'the variables of its environment'
  return folders.some((one) => body.includes(one)) ? 'the folder of the app' : null
}
