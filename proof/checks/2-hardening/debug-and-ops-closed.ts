import type { Config } from '../../../src/config/config.js'
import { segmentsOf } from '../../../src/express/path.js'
import { covers, type Pattern, patternsOf, speaksOf } from '../../../src/express/pattern.js'
import { classifier } from '../../../src/phases/2-hardening/routes.js'
import { type Answer, type Ask, curl } from '../../gate/app/http.js'
import type { Check, Evidence, Finding, Mutant } from '../../gate/check.js'
import type { Gate, Route, Target } from '../../gate/gate.js'
import { findDangerousRoutes } from '../../inventory/hot-spots.js'
import innerApp from '../1-inventory/mutants/inner-app.js'
import opsGate from './mutants/requests/ops-gate.js'
import routesMutants from './mutants/routes.js'
import { OPS_TOKEN, SWITCHED_ON } from './operator.js'
import { concrete, inParallel, visitors } from './requests.js'

/** Returns the spellings of a path with which an attacker would try to get around a filter on text. */
function spellings(path: string): string[] {
  const [, first = '', rest = ''] = /^\/([^/]+)(.*)$/.exec(path) ?? []
  const encoded = `%${first.charCodeAt(0).toString(16)}${first.slice(1)}`
  return [
    path,
    path.toUpperCase(),
    `/${first.toUpperCase()}${rest}`,
    path.endsWith('/') ? path.slice(0, -1) : `${path}/`,
    `/${path}`,
    path.replace(/(?<=.)\//g, '//'),
    `/${encoded}${rest}`,
    `/%25${encoded.slice(1)}${rest}`,
    `/x/..${path}`,
    `/.${path}`,
    `${path}?_method=GET`,
    `http://127.0.0.1${path}`,
    // Express ends the host at `%`.
    `http://127.0.0.1${encoded}${rest}`,
  ]
}

const shape = ({ status, body }: Answer, path: string) =>
  `${status} ${body.replaceAll(path.split('?')[0]!, '')}`

/** Returns a path next to `path` at which the app has nothing. */
function absent(path: string): string {
  const segments = path.split('/').filter(Boolean)
  return segments.length > 1 ? `/${segments[0]}/gate-absent/gate-absent` : '/gate-absent'
}

const OF_GATED: Mutant[] = [
  {
    name: 'the switches are ignored',
    names: 'is not answered like a path that does not exist',
    by: { replace: [opsGate.switchedOn] },
  },
  {
    name: 'only lower-case paths are gated: /DEBUG/5xx-stats is reached',
    names: /[A-Z]+ \/[A-Z]\S* is not answered like a path that does not exist/,
    by: { replace: [opsGate.capitals] },
  },
]
const FORGOTTEN: Mutant = {
  name: 'an exception is forgotten',
  names: /the exception \S+ does not answer/,
  by: { replace: [routesMutants.noExceptions] },
}

const OF_NONE: Mutant = {
  name: 'an operator route in an app whose lists are empty',
  names: '/usertwo/internal/shell',
  by: { replace: [innerApp.operated] },
}

export const debugAndOpsClosed: Check = {
  id: 'hardening.debug-and-ops-closed',
  title: 'Debug and ops routes return 404 unless enabled, in every spelling; their exceptions work',
  proves: ['H1'],
  fix: 'List the routes under routes.debug or routes.ops, and leave ENABLE_DEBUG_ROUTES and ENABLE_INTERNAL_OPS_ROUTES off.',
  timeout: 120_000,
  async run(gate) {
    const off = await gate.app()
    const routes = await gate.routes()
    if (!hasGated(gate.config)) return withoutGated(routes)
    const { classify } = classifier(gate.config)
    const gated = routes.filter(({ method, path }) => classify(method, path) !== 'open')
    const visitor = visitors(21)
    const problems: Evidence[] = []
    let exercised = 0

    const unknown = new Map<string, string>()
    const unknownAt = async (method: string, path: string) => {
      const at = absent(path)
      const key = `${method} ${at}`
      if (!unknown.has(key)) unknown.set(key, shape(await off.ask(method, at, { as: visitor() }), at))
      return unknown.get(key)!
    }
    const tries = gated.flatMap((route) =>
      (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]).flatMap((method) =>
        spellings(concrete(route.path)).map((path) => ({ route, method, path })),
      ),
    )
    await inParallel(tries, async ({ route, method, path }) => {
      const how: Ask = {
        as: visitor(),
        ...(/P/.test(method) && { body: {} }),
        headers: { 'x-http-method-override': 'GET' },
      }
      const answer = await off.ask(method, path, how)
      exercised++
      const plain = concrete(route.path)
      const expected = await unknownAt(method, plain)
      const got = shape(answer, path)
      // Another spelling may be another path for the app: there it must answer 404 or 400.
      const elsewhere = path !== plain && (answer.status === 404 || answer.status === 400)
      if (got !== expected && !elsewhere) problems.push(reached(route, off, method, path, how, expected, got))
    })
    exercised += await exceptions(gate, off, routes, problems)
    const controls = await controlled(gate, gated, problems)
    return {
      exercised: gated.length === 0 || controls > 0 ? exercised : 0,
      unit: 'requests',
      problems,
      notes: [`${gated.length} gated routes; ${controls} of them answered OPS_TOKEN when switched on`],
    }
  },
  mutants: (config) =>
    hasGated(config) ? [...OF_GATED, ...(exceptionsIn(config).length ? [FORGOTTEN] : [])] : [OF_NONE],
}

function hasGated({ routes: { debug, ops } }: Config): boolean {
  return debug.length + ops.length > 0
}

/** Returns the paths that the lists except with `!`: they answer although the routes around them are off. */
function exceptionsIn(config: Config): Pattern[] {
  return [...patternsOf(config, 'routes.debug'), ...patternsOf(config, 'routes.ops')].filter(
    ({ exception }) => exception,
  )
}

/** If an app lists no such route, it must not have one: a route with such a name would be open. */
function withoutGated(routes: Route[]): Finding {
  return {
    exercised: routes.length,
    unit: 'routes',
    problems: findDangerousRoutes(routes).map(({ at, what }) => ({
      what: `${what} looks like debug or operations, and routes.debug and routes.ops are empty`,
      route: what,
      at,
    })),
    notes: ['no debug or ops routes in the configuration'],
  }
}

function reached(
  route: Route,
  target: Target,
  method: string,
  path: string,
  how: Ask,
  expected: string,
  got: string,
): Evidence {
  return {
    what: `${method} ${path} is not answered like a path that does not exist`,
    route: `${route.method} ${route.path}`,
    curl: curl(target.url, method, path, how),
    expected: expected.slice(0, 200),
    got: got.slice(0, 200),
    at: route.at,
  }
}

/** Reports exceptions that do not answer although only the routes around them are off. */
async function exceptions(gate: Gate, off: Target, routes: Route[], problems: Evidence[]): Promise<number> {
  const named = exceptionsIn(gate.config)
  // Found without the lookup for exceptions, so that a forgotten one is noticed.
  const found = routes.filter(
    ({ method, path }) =>
      method === 'GET' &&
      named.some((one) => speaksOf(one, method) && covers(one.segments, segmentsOf(path))),
  )
  for (const route of found) {
    const path = concrete(route.path)
    const answer = await off.ask('GET', path)
    // The path contains a made-up id, so the row may be missing. It is then missing without the gate too.
    const asBefore = async () => (await (await gate.app({ dial: 1 })).ask('GET', path)).status
    if (answer.status >= 400 && answer.status !== (await asBefore()))
      problems.push({
        what: `the exception ${route.path} does not answer`,
        route: `GET ${route.path}`,
        curl: curl(off.url, 'GET', path),
        expected: 'below 400, or as at dial 1',
        got: String(answer.status),
      })
  }
  return found.length
}

/** Switched on, the same routes answer OPS_TOKEN only. That shows that the 404 came from the gate. */
async function controlled(gate: Gate, gated: Route[], problems: Evidence[]): Promise<number> {
  const on = await gate.app({
    env: SWITCHED_ON,
  })
  const visitor = visitors(22)
  let controls = 0
  for (const route of gated.filter(({ method }) => method === 'GET')) {
    const path = concrete(route.path)
    const anonymous = await on.ask('GET', path, { as: visitor() })
    if (anonymous.status !== 401)
      problems.push({
        what: `${route.path} answers without a credential when switched on`,
        route: `GET ${route.path}`,
        curl: curl(on.url, 'GET', path),
        expected: '401',
        got: String(anonymous.status),
      })
    const holder = await on.ask('GET', path, {
      as: visitor(),
      headers: { authorization: `Bearer ${OPS_TOKEN}` },
    })
    if (holder.status !== 401) controls++
  }
  return controls
}
