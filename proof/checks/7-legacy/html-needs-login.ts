import { isPage } from '../../../reading/routes/is-page.js'
import { type Config, pagesIn } from '../../../src/config/config.js'
import { isHtml } from '../../../src/core/is-html.js'
import { isPublic } from '../../../src/express/public-route.js'
import { namedBehind } from '../../../src/phases/phase.js'
import { type Answer, curl } from '../../gate/app/http.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Gate } from '../../gate/gate.js'
import { ROUTE_HEADER } from '../../gate/preload/orders.js'
import { ADDED_PAGE, withoutPages } from '../../inventory/found-pages.js'
import guard from '../5-pages/mutants/guard.js'
import isolationRequireUser from '../6-isolation/mutants/requests/require-user.js'
import innerApp from './mutants/inner-app.js'
import requireUser from './mutants/require-user.js'
import { markOwner, type PublicPage, wrongForSome } from './public-pages.js'
import { isSentToLogIn } from './sent-to-log-in.js'
import { spellings } from './spellings.js'

const FRAGMENT = 'a fragment is public'
const GUARD = 'the page guard lets browsers pass'
const ALL_OPEN = 'every page is public'
const SCRIPT: Record<string, string> = { accept: '*/*' }
const BROWSER: Record<string, string> = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }

/**
 * HTML under the API belongs to the old pages, which are retired or kept behind a login. It is never public.
 */
function mayBePublic(config: Config): ReturnType<typeof isPublic> {
  const isOpen = isPublic(config)
  return (req) => isOpen(req) && !/^\/+api\//i.test(req.url ?? '')
}

/** Returns the routes that answer with HTML: those of the recording, and the configured pages. */
async function htmlRoutes(gate: Gate): Promise<Map<string, { method: string; path: string }>> {
  const html = new Map<string, { method: string; path: string }>()
  for (const { method, path, route, response } of await gate.traffic())
    if (
      isHtml(response.contentType) &&
      response.status < 400 &&
      (path !== gate.config.app.health || isPage(response))
    )
      html.set(route ?? `${method} ${path}`, { method, path })
  for (const page of pagesIn(gate.config)) {
    const path = page.replace(/:\w+/g, '1')
    if (!html.has(`GET ${page}`)) html.set(`GET ${page}`, { method: 'GET', path })
  }
  return html
}

/**
 * Whether an app that keeps its own login answers with a file, and by no route: usertwo refuses that to no client, and
 * a browser that navigates there sends no token.
 */
const isFileOfApp = ({ config }: Gate, { status, headers }: Answer) =>
  namedBehind(config) && status === 200 && headers[ROUTE_HEADER] === undefined

export const htmlNeedsLogin: Check = {
  id: 'legacy.html-needs-login',
  title: 'Every page and fragment needs a login, except public ones that show no user’s data',
  proves: ['L2'],
  fix: 'Take the route out of config.routes.public, or take out of the page what it shows of a user’s rows; from phase 6 every route that is not listed there needs a login.',
  timeout: 120_000,
  async run(gate) {
    const none = await withoutPages(gate, 'requests')
    if (none) return none
    const html = await htmlRoutes(gate)
    const isOpen = mayBePublic(gate.config)
    const marks = await markOwner(gate)
    const target = await gate.app()
    const { owner, anonymous } = await gate.people()
    const problems: Evidence[] = []
    const refused: string[] = []
    const open: PublicPage[] = []
    let exercised = 0
    for (const [route, { method, path }] of html) {
      for (const spelling of spellings(path)) {
        for (const headers of [SCRIPT, BROWSER]) {
          exercised++
          const isListed = isOpen({ method, url: spelling })
          const got = isListed ? null : await target.ask(method, spelling, { as: anonymous, headers })
          if (got === null || isFileOfApp(gate, got)) {
            open.push({ method, path: spelling, route, headers })
            continue
          }
          // 404: the server does not know this path of the browser code. 400: not a valid path.
          if ([400, 401, 404].includes(got.status) || isSentToLogIn(gate.config, got)) continue
          problems.push({
            what: `${method} ${spelling} answers an anonymous client`,
            route,
            expected: '401, or 302 to the login page',
            got: `${got.status} ${got.headers.location ?? got.headers['content-type'] ?? ''}`.trim(),
            curl: curl(target.url, method, spelling, { headers }),
          })
        }
      }
      const control = await target.ask(method, path, { as: owner })
      if (control.status === 401) refused.push(route)
    }
    // At the end, because what the owner was shown meanwhile may have been cached.
    for (const page of open) problems.push(...(await wrongForSome(gate, page, marks)))
    for (const route of refused)
      problems.push({
        what: `${route} refuses the owner as well, so that its refusal of anonymous clients proves nothing`,
        route,
      })
    const isAllOpen = [...html.values()].every(({ method, path }) => isOpen({ method, url: path }))
    return {
      exercised,
      unit: 'requests',
      problems,
      notes: [...html.keys()],
      ...(isAllOpen && { ignored: { [FRAGMENT]: ALL_OPEN, [GUARD]: ALL_OPEN } }),
    }
  },
  mutants: (config) => [
    {
      name: FRAGMENT,
      names: 'answers an anonymous client',
      by: { replace: [requireUser.fragments] },
    },
    {
      name: GUARD,
      names: 'answers an anonymous client',
      by: { replace: [isolationRequireUser.noLogin, guard.open] },
    },
    ...pagesIn(config)
      .filter((url) => isPublic(config)({ method: 'GET', url }))
      .slice(0, 1)
      .map((page) => ({
        name: 'a public page names the current user',
        names: 'answers the owner unlike an anonymous client',
        by: { env: { PUBLIC_PAGE: page }, replace: [innerApp.saysWho] },
      })),
  ],
  additions: ADDED_PAGE,
}
