import { type Config, indexIn, pagesIn } from '../../../src/config/config.js'
import { patternsOf } from '../../../src/express/pattern.js'
import { isPublic } from '../../../src/express/public-route.js'
import type { Answer } from '../../gate/app/http.js'
import type { Check, Mutant } from '../../gate/check.js'
import type { Gate, Target } from '../../gate/gate.js'
import type { GateAccount } from '../../gate/people/people.js'
import { withoutPages } from '../../inventory/found-pages.js'
import { claimOwner, logIn, newVisitor, Questions } from '../4-auth/gate-login.js'
import guard from './mutants/guard.js'
import nextPath from './mutants/next-path.js'
import publicRoute from './mutants/public-route.js'

const HTML = { accept: 'text/html,application/xhtml+xml' }

export const pageGuard: Check = {
  id: 'client.page-guard',
  title: 'Anonymous visitors are redirected from every page to the login page, and back to that page only',
  proves: ['B1', 'L2'],
  ofUsertwosLogin: true,
  fix: 'List public pages in routes.public; every other page needs a login.',
  async run(gate) {
    const { auth } = gate.config
    const target = await gate.app()
    const ask = new Questions(target)
    const account = await claimOwner(gate, target)
    const { cookie } = await logIn(gate, target, account)
    const get = (path: string, headers: object = {}) =>
      target.ask('GET', path, { as: newVisitor(), headers: { ...HTML, ...headers } })

    const within = { origin: target.url, aside: [auth.pages, auth.mount] }
    const open = openPaths(gate.config)
    for (const path of await closedPaths(gate, open)) {
      const first = await get(path)
      const next = `?next=${encodeURIComponent(path)}`
      const to = `${auth.pages}/login${next}`
      // In the mode with a refresh token in a cookie, the guard first looks for that token.
      const on = `${auth.mount}/continue${next}`
      const { status, headers } = first.headers.location === on ? await get(on) : first
      // A route that phase 2 switches off stays a 404 for every caller.
      ask.holds((status === 302 && headers.location === to) || status === 404, {
        what: 'a page opens without login',
        route: `GET ${path}`,
        expected: `302 to ${to}`,
        got: `${status} ${headers.location ?? ''}`.trim(),
      })
    }
    if (!(await withoutPages(gate, 'pages'))) {
      const index = indexIn(gate.config)
      const own = await followed((path) => get(path, { cookie }), index, within)
      ask.holds(own.status === 200, {
        what: 'the page does not open with a login',
        route: `GET ${index}`,
        got: String(own.status),
      })
    }
    // The server opens pages that only the browser code knows from phase 7 on.
    const [, ...later] = pagesIn(gate.config)
    for (const path of [...open, `${auth.pages}/login`, `${auth.pages}/register`]) {
      const { status } = await followed(
        get,
        path,
        path.startsWith(`${auth.pages}/`) ? { ...within, aside: [] } : within,
      )
      ask.holds(status === 200 || (status === 404 && later.includes(path)), {
        what: 'a public page asks for a login',
        route: `GET ${path}`,
        expected: '200',
        got: String(status),
      })
    }

    await logInToElsewhere(ask, target, `${auth.pages}/login`, account)
    return { exercised: ask.exercised, unit: 'pages', problems: ask.problems }
  },
  mutants: (config) => [
    {
      name: 'pages open without a login',
      names: 'a page opens without login',
      by: { replace: [guard.open] },
    },
    ...(openPaths(config).some((path) => path !== path.toUpperCase()) ? [IN_ANY_CASE] : []),
    {
      name: 'after the login any address will do',
      names: 'leads out of the app',
      by: { replace: [nextPath.anywhere] },
    },
  ],
}

const IN_ANY_CASE: Mutant = {
  name: 'a public path is public in any case',
  names: /a page opens without login.*[A-Z]{2}/s,
  by: { replace: [publicRoute.anyCase] },
}

/** Returns the paths of `routes.public` that a browser can open. */
function openPaths(config: Config): string[] {
  const isOpen = isPublic(config)
  const paths = patternsOf(config, 'routes.public').map(({ path }) => path)
  return [...new Set(paths)].filter((url) => isOpen({ method: 'GET', url }))
}

/** Returns the paths of pages that need a login, and paths that only look like a public one. */
async function closedPaths(gate: Gate, open: readonly string[]): Promise<string[]> {
  const isOpen = isPublic(gate.config)
  const declared = (await gate.routes()).filter(({ method }) => method === 'GET').map(({ path }) => path)
  const pages = [...pagesIn(gate.config), ...declared]
    .map((path) => path.replace(/:\w+/g, '1'))
    .filter((path) => /^\/[\w/.-]*$/.test(path))
  // A path that only looks like a public one is not public. `/` in capitals is `/` itself.
  return [...new Set([...pages, ...open.flatMap(lookAlikes)])].filter(
    (url) => !isOpen({ method: 'GET', url }),
  )
}

/** Logs in with paths and origins of other sites as the page to open next. */
async function logInToElsewhere(
  ask: Questions,
  target: Target,
  path: string,
  account: GateAccount,
): Promise<void> {
  for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example/', '/%09/evil.example']) {
    const body = new URLSearchParams({ ...account, next }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: target.url }
    const answer = await target.ask('POST', path, { as: newVisitor(), headers, body })
    ask.holds(answer.status === 303 && answer.headers.location === '/', {
      what: `after the login, next=${next} leads out of the app`,
      route: `POST ${path}`,
      expected: '303 to /',
      got: `${answer.status} ${answer.headers.location ?? ''}`.trim(),
    })
  }
}

const lookAlikes = (path: string) => [path.toUpperCase(), `${path}/`, `/${path}`, path.replace(/\w/, encoded)]

const encoded = (letter: string) => `%${letter.charCodeAt(0).toString(16)}`

/** A browser ends a circle too. */
const MOST = 5

/**
 * Requests a page as a browser does that follows redirects within the app, at most five. A redirect to another host, or to
 * an address in `aside`, is returned as it is.
 *
 * @param get requests a path with its query
 * @param origin of the app
 * @param aside the beginnings of paths that are not followed: those of the login
 */
export async function followed(
  get: (path: string) => Promise<Answer>,
  path: string,
  { origin, aside }: { origin: string; aside: readonly string[] },
): Promise<Answer> {
  let [at, answer] = [path, await get(path)]
  for (let hop = 0; hop < MOST; hop++) {
    const { location } = answer.headers
    if (answer.status < 300 || answer.status >= 400 || typeof location !== 'string') break
    const to = new URL(location, new URL(at, origin))
    if (to.origin !== origin || aside.some((one) => to.pathname.startsWith(`${one}/`))) break
    at = to.pathname + to.search
    answer = await get(at)
  }
  return answer
}
