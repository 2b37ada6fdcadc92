import { type Config, pagesIn } from '../../../src/config/config.js'
import { isPublic } from '../../../src/express/public-route.js'
import { type Answer, curl } from '../../gate/app/http.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import type { Visitor } from '../../gate/gate.js'
import { nextAddress, stranger } from '../../gate/people/people.js'
import rateLimit from './mutants/rate-limit.js'
import requireUser from './mutants/requests/require-user.js'

/** So many requests a minute are no flood yet: a limit above that is not looked for. */
const MANY = 210
/** …and so many of a page; the toolkit's own limit on what is open to everybody is 300. */
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
 * Two people behind one address, as in an office: the owner uses up the limit of a route, then the second
 * person asks once. What is sent to write has no body: limits come before that is read.
 */
export const sharedLimits: Check = {
  id: 'isolation.shared-limits',
  title: 'A user who exhausts a limit leaves other users at the same address theirs',
  proves: ['T2'],
  fix: 'Key the limit by the user where somebody is logged in. Until then: a waiver that names the part.',
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
        what: `the owner uses up a limit, and the second person is refused ${everywhere ? 'wherever they are' : 'at the same address'}`,
        part: `limit of ${route}`,
        route,
        expected: 'an answer of the app',
        got: '429',
        curl: curl(target.url, method, path, { as: other }),
      })
    }
    if (page && !problems.length && !(await useUp(stranger(), page)))
      problems.push({ what: 'who is not logged in may ask for pages without limit', route: `GET ${first}` })
    const notes = [`${limited} of them have a limit of at most ${MANY} a minute`]
    return { exercised, unit: 'routes', problems, notes }
  },
  mutants: (config) => [
    ...(guardedPage(config) ? OF_PAGES : []),
    {
      name: 'everybody at one address has a hundred requests together',
      names: 'is refused at the same address',
      by: { replace: [requireUser.oneBudget] },
    },
  ],
}

const OF_PAGES: Mutant[] = [
  {
    name: 'pages count everybody at one address together',
    names: 'limit of the page',
    by: { replace: [rateLimit.oneForPages] },
  },
  {
    name: 'pages have no limit for who is not logged in',
    names: 'may ask for pages without limit',
    by: { replace: [rateLimit.noPages] },
  },
]

/**
 * The first page of the browser code that is not public: what is has one limit for everybody at an address.
 */
function guardedPage(config: Config): string | undefined {
  const open = isPublic(config)
  return pagesIn(config).find((url) => !open({ method: 'GET', url }))
}

/** The toolkit has answered in the app's place: debug and internal routes. */
function isOff({ status, headers }: Answer): boolean {
  return status === 404 && /problem\+json/.test(String(headers['content-type'] ?? ''))
}
