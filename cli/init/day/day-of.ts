import { corpusOf } from '../../../proof/attack/synthesised/corpus.js'
import { type Answer, isDone } from '../../../proof/gate/app/http.js'
import type { Route, Target } from '../../../proof/gate/gate.js'
import type { GateSession } from '../../../proof/gate/session.js'
import { paramValues } from '../../../reading/routes/param-values.js'
import { routesOfStreams } from '../../../reading/routes/sockets.js'
import { swallowedErrors } from '../../../reading/routes/swallowed.js'
import { ConfigError } from '../../../src/core/config-error.js'
import { withoutEndSlash } from '../../../src/express/path.js'
import { CannotGoOn } from '../cannot-go-on.js'
import type { ConfigParts } from '../files/config-text.js'
import type { InitGuess } from '../guess.js'
import { findHealth, type Health, type SeenReading } from '../health.js'
import { operatorRoutes } from '../operator-routes.js'
import type { TriedLogin } from '../own-login/tried-login.js'
import { bodyFieldsOf } from '../reading/body-fields.js'
import { demoBy, demoGuess } from '../reading/demo.js'
import { type OwnLogin, ownLogin } from '../reading/own-login.js'
import { pointsBeside, pointsOf } from '../reading/points.js'
import { prefixGuess } from '../reading/prefix.js'
import type { Reading } from '../reading/reading.js'
import { readersOf, readsInSource } from '../route-reads.js'
import type { Ownership } from '../schema/owners.js'
import { asTheyAre } from '../schema/read-schema.js'
import { rowsShownBy } from '../shows-rows.js'
import { browserOfDay, loggedInOwner, loginCalls, openWithoutLogin, withoutProxy } from './as-owner.js'
import { bodyKindsOf } from './body-kinds.js'
import { lastingTarget, unlessRefused } from './lasting-target.js'
import { missingPoints } from './missing-point.js'
import { pagesAmong, refused, startPage } from './pages.js'
import { type WorkerScript, workerScripts } from './service-worker.js'
import { type Asking, type TriedRoutes, tryRoutes } from './try-routes.js'

/** What only the running app and its database say. */
export interface Learnt {
  parts: ConfigParts
  day: TriedRoutes
  /** the app sets cookies */
  cookies: boolean
  /** with which the proxy names the owner */
  named: Record<string, string>
  /** SQL that gives empty tables rows of the owner's; empty: they have some */
  seed: string
  guesses: InitGuess[]
  open: string[]
  /** no route besides the health did a request, so that a gate has nothing to attack */
  isEmpty: boolean
}

/** What was learnt before. */
interface Known {
  ownership: Ownership
  seed: string
  /** the app's own login, which it keeps; an error: why it cannot; null: none */
  tried: TriedLogin | ConfigError | null
}

const NO_HEALTH =
  "no address answers 2xx without showing rows: give the app one before its other routes, app.get('/health', (req, res) => res.send('ok')), take away what is written, and run init again"

const spaOf = (index: string | null) => (index ? { index, routes: [] } : false)

const healthPoints = ({ sure, refused }: Health) => [...(sure === 'guess' ? [NO_HEALTH] : []), ...refused]

/** The routes that are answered without a login: the health, those of the app's own login, and scripts of service workers. */
function publicRoutes(
  { public: isPublic, path }: { public: boolean; path: string },
  ofLogin: readonly string[],
  workers: readonly WorkerScript[],
): string[] {
  const ofHealth = isPublic ? [`GET ${path}`] : []
  return [...new Set([...ofHealth, ...ofLogin, ...workers.map(({ route }) => route)])]
}

const NOTHING_OPEN = { open: [], others: [] }

const OF_WORKER =
  'a service worker may answer the pages of usertwo, and one user’s data to the next, from its cache: add the lines of docs/how-to/adopt-an-app.md#a-service-worker-of-the-app to it'

/** Asks each route of the app as it was, and completes the configuration by what it answers. */
export async function dayOf(
  reading: Reading,
  session: GateSession,
  parts: ConfigParts,
  { ownership, seed, tried }: Known,
): Promise<Learnt> {
  const own = tried instanceof ConfigError ? null : tried
  const { sources, environment } = reading
  const anonymous = withoutProxy(await lastingTarget(session), session.config)
  const target = own ? loggedInOwner(anonymous, own.by) : browserOfDay(anonymous)
  const all = await session.routes({ dial: 0, bare: true })
  const routes = all.filter(({ method, path }) => !own?.routes.includes(`${method} ${withoutEndSlash(path)}`))
  const names = tablesOf(withoutSessions(ownership))
  const seen = await seenReading(reading, session, withoutSessions(ownership))
  const folders = await session.folders({ dial: 0, bare: true })
  const health = await findHealth(routes, anonymous, seen)
  const root = await target.ask('GET', '/', { headers: { accept: 'text/html' } }).catch(unlessRefused)
  const day = await askedOnce(session, ownership, routes, { target, sources })
  const login = own ? null : reading.login
  if (login && !(await isReplaced(login, session.config.auth.mount, routes, day, target)))
    throw tried instanceof ConfigError ? tried : new CannotGoOn(ownLogin(login))
  if (login) parts.demo = demoBy(environment.at, session.config.auth.mount, ownership.users.exists)
  const pages = await pagesAmong(day, target)
  const reads = readsIn(day, routes, health)
  const { open, others } = own ? await openWithoutLogin(pages, reads, anonymous, seen) : NOTHING_OPEN
  session.fence.assert()
  const { guesses: ofOperator, ...operator } = operatorRoutes(routes, names)
  const workers = workerScripts(folders, new Map([...(root ? [['/', root.body] as const] : []), ...pages]))
  parts.routes = { public: publicRoutes(health, [...open, ...(own?.public ?? [])], workers), ...operator }
  parts.app.health = reading.first?.app.health ?? health.path
  parts.spa = spaOf(startPage(root, pages))
  return {
    parts,
    day: own ? { ...day, calls: [...loginCalls(own.by), ...day.calls] } : day,
    cookies: target.hasCookies(),
    named: own && 'headers' in own.by ? own.by.headers : {},
    seed,
    guesses: [
      ...ownership.guesses.filter(({ about }) => !own?.auth.register || about !== 'new person'),
      { about: 'health', says: health.path, sure: health.sure, at: health.at },
      ...pageGuesses(parts.spa, day, workers),
      ...loginGuesses(environment, login, session.config.auth.mount, own),
      ...demoGuess(parts.demo, login),
      ...ofOperator,
      ...prefixGuess(parts.prefix, environment.at),
    ],
    isEmpty: day.missing.length > 0 && day.calls.every(({ path }) => path === health.path),
    open: [
      ...[...pointsOf(reading), ...(await pointsBeside(reading.folder)), ...ownership.points],
      ...healthPoints(health),
      ...refused(new Map([...(root && isDone(root) ? [['/', root.body] as const] : []), ...pages])),
      ...new Set(anonymous.ended().map(endedPoint)),
      ...(own?.open ?? []),
      ...others,
      ...workers.map(({ route }) => `${route.slice(4)}: ${OF_WORKER}`),
      ...missingPoints(day.missing, swallowedErrors(sources), routesOfStreams(sources)),
    ],
  }
}

/** Every request may read its session, which shows no row. */
const withoutSessions = (ownership: Ownership): Ownership => ({
  ...ownership,
  tables: ownership.tables.filter(({ access }) => access !== 'session'),
})

const tablesOf = ({ users, tables }: Ownership) => [
  ...tables.map(({ name }) => name),
  ...(users.exists ? [users.table] : []),
]

/** How it is seen that a route reads rows or values of its request. */
async function seenReading(
  { routes }: Reading,
  { database }: GateSession,
  ownership: Ownership,
): Promise<SeenReading> {
  const tables = [...tablesOf(ownership), ...(await readersOf(database))]
  return {
    tables,
    showsRow: await rowsShownBy(database, ownership),
    reads: readsInSource(routes, tables),
  }
}

/** The paths of the day's reads that are routes as they are, without the health. */
const readsIn = ({ calls }: TriedRoutes, routes: readonly Route[], health: { path: string }) =>
  calls
    .filter(({ method, path }) => method === 'GET' && path !== health.path)
    .filter(({ path }) => routes.some((route) => route.path === path))
    .map(({ path }) => path)

async function askedOnce(
  session: GateSession,
  ownership: Ownership,
  routes: readonly Route[],
  { target, sources }: Pick<Asking, 'target'> & Pick<Reading, 'sources'>,
): Promise<TriedRoutes> {
  const corpus = await corpusOf(session.database, await asTheyAre(session, ownership), ownership.ownerId, [])
  const fieldsOf = (route: Route) => bodyFieldsOf(route, sources)
  // A route that reaches for another database may hide the refusal.
  const unanswered = () => session.fence.assert()
  const compared = paramValues(sources)
  return tryRoutes(routes, { target, corpus, kinds: bodyKindsOf(sources), fieldsOf, compared, unanswered })
}

const workerGuess = ({ route, at }: WorkerScript): InitGuess => ({
  about: 'worker',
  says: `${route} is answered without a login`,
  sure: 'likely',
  at,
})

const endedPoint = (what: string) =>
  `${what}. It was started again: let that route answer an error, and not end the app`

function pageGuesses(
  spa: ConfigParts['spa'],
  { calls }: TriedRoutes,
  workers: readonly WorkerScript[],
): InitGuess[] {
  const pages: InitGuess = {
    about: 'pages',
    says: spa ? `begin at ${spa.index}` : 'none',
    sure: 'likely',
    at: spa ? 'it answered HTML' : `${calls.length} requests, none answered HTML`,
  }
  return [pages, ...workers.map(workerGuess)]
}

const loginGuesses = (
  environment: Reading['environment'],
  login: Reading['login'],
  mount: string,
  own: TriedLogin | null,
) => [...ownKeyGuesses(environment), ...ownLoginGuess(login, mount), ...(own?.guesses ?? [])]

function ownKeyGuesses({ headers, at }: Reading['environment']): InitGuess[] {
  return Object.entries(headers).map(([name, value]) => ({
    about: 'own key',
    says: `${name}: ${value}`,
    sure: 'likely',
    at: at.get(name) ?? 'the sources',
  }))
}

function ownLoginGuess(login: Reading['login'], mount: string): InitGuess[] {
  if (!login) return []
  const says = `at ${mount}, where usertwo answers from phase 4`
  return [{ about: 'own login', says, sure: 'certain', at: login.at }]
}

const LOGIN_PAGE = /log-?in|sign-?in/i

/**
 * Whether the login of usertwo takes the place of the app's own, and nothing of the app asks for that: its routes are where
 * usertwo answers from phase 4, and every other is answered without it.
 */
export async function isReplaced(
  { at }: OwnLogin,
  mount: string,
  routes: readonly Route[],
  { calls, missing }: TriedRoutes,
  { ask }: Pick<Target, 'ask'>,
): Promise<boolean> {
  const below = (path: string) => `${path}/`.startsWith(`${mount}/`)
  const file = at.slice(0, at.lastIndexOf(':'))
  const own = routes.filter((route) => route.at.startsWith(`${file}:`))
  if (own.length === 0 || !own.every(({ path }) => below(path))) return false
  const shut = missing.filter(
    ({ route, last }) => !below(route.slice(route.indexOf(' ') + 1)) && /: 40[13] /.test(last),
  )
  if (shut.length > 0) return false
  for (const { method, path } of calls) {
    if (method !== 'GET' || below(path)) continue
    const answer = await ask('GET', path).catch(unlessRefused)
    if (answer && sendsToLogin(answer)) return false
  }
  return true
}

const sendsToLogin = ({ status, headers }: Answer) =>
  status >= 300 && status < 400 && LOGIN_PAGE.test(String(headers.location))
