import { type Config, pagesIn } from '../../../src/config/config.js'
import { isPublic } from '../../../src/express/public-route.js'
import { type Answer, curl } from '../../gate/app/http.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import type { Visitor } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { anonymous } from '../../gate/people/people.js'
import rateLimit from './mutants/rate-limit.js'
import requireUser from './mutants/requests/require-user.js'

/** This number of requests a minute is not a flood yet. The check does not look for a higher limit. */
const MANY = 210
/** The same for a page: usertwo's own limit on public pages is 300. */
const MANY_OF_A_PAGE = 310
const AT_ONCE = 30

interface Asked {
  method: string
  path: string
  /** how often at most */
  many: number
  headers: Record<string, string>
}

/**
 * Two users share one client address, as in an office. The owner uses up the limit of a route, then the
 * second user sends one request. Writing requests have no body, because limits apply before the body is read.
 */
export const sharedLimits: Check = {
  id: 'isolation.shared-limits',
  title: 'A user who exhausts a limit leaves other users at the same address theirs',
  proves: ['T2'],
  fix: 'Key the limit by the user where a user is logged in. Until then: a waiver that names the part.',
  timeout: 400_000,
  async run(gate) {
    const target = await gate.app()
    const { owner, other } = await gate.people()
    const first = guardedPage(gate.config)
    const asNavigation = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }
    const page: Asked | undefined = first
      ? { method: 'GET', path: first.replace(/:\w+/g, '1'), many: MANY_OF_A_PAGE, headers: asNavigation }
      : undefined
    const asked = new Map(page && [[`the page ${first}`, page]])
    for (const { method, path, route } of await gate.traffic())
      if (route !== null && !asked.has(route))
        asked.set(route, { method, path, many: MANY, headers: { accept: '*/*' } })

    /** Sends a request until it is refused, or `many` times; null: the route is switched off. */
    const useUp = async (as: Visitor, { method, path, many, headers }: Asked): Promise<boolean | null> => {
      const ask = () => target.ask(method, path, { as, headers })
      if (isOff(await ask())) return null
      for (let sent = 1; sent < many; sent += AT_ONCE) {
        const answers = await Promise.all(Array.from({ length: AT_ONCE }, ask))
        if (answers.some(({ status }) => status === 429)) return true
      }
      return false
    }

    const problems: Evidence[] = []
    let [exercised, limited] = [0, 0]
    for (const [route, one] of asked) {
      if (gate.signal.aborted || (gate.proving && problems.length)) break
      const { method, path, headers } = one
      const address = nextAddress()
      const isUsedUp = await useUp({ ...owner, address }, one)
      if (isUsedUp !== null) exercised++
      if (!isUsedUp) continue
      limited++
      const ask = (from: string) => target.ask(method, path, { as: { ...other, address: from }, headers })
      if ((await ask(address)).status !== 429) continue
      const everywhere = (await ask(nextAddress())).status === 429
      problems.push({
        what: `the owner uses up a limit, and the second user is refused ${everywhere ? 'at every address' : 'at the same address'}`,
        part: `limit of ${route}`,
        route,
        expected: 'an answer of the app',
        got: '429',
        curl: curl(target.url, method, path, { as: other }),
      })
    }
    if (page && !problems.length && !(await useUp(anonymous(), page)))
      problems.push({ what: 'an anonymous client may request pages without limit', route: `GET ${first}` })
    const notes = [`${limited} of them have a limit of at most ${MANY} a minute`]
    return { exercised, unit: 'routes', problems, notes }
  },
  mutants: (config) => [
    ...(guardedPage(config) ? OF_PAGES : []),
    {
      name: 'all users at one address share a budget of a hundred requests',
      names: 'is refused at the same address',
      by: { replace: [requireUser.oneBudget] },
    },
  ],
}

const OF_PAGES: Mutant[] = [
  {
    name: 'pages count all users at one address together',
    names: 'limit of the page',
    by: { replace: [rateLimit.oneForPages] },
  },
  {
    name: 'pages have no limit for anonymous clients',
    names: 'may request pages without limit',
    by: { replace: [rateLimit.noPages] },
  },
]

/**
 * Returns the first page of the browser code that is not public. A public page has one limit for all clients
 * at an address.
 */
function guardedPage(config: Config): string | undefined {
  // usertwo neither guards nor limits the pages of an app that keeps its own login.
  if (config.auth.by === 'app') return undefined
  const open = isPublic(config)
  return pagesIn(config).find((url) => !open({ method: 'GET', url }))
}

/** Returns true if usertwo answered in the app's place, as it does for debug and internal routes. */
function isOff({ status, headers }: Answer): boolean {
  return status === 404 && /problem\+json/.test(String(headers['content-type'] ?? ''))
}
