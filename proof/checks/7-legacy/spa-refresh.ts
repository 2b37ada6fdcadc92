import { isPage } from '../../../reading/routes/is-page.js'
import { pagesIn } from '../../../src/config/config.js'
import { isHtml } from '../../../src/core/is-html.js'
import { isPublic } from '../../../src/express/public-route.js'
import { isAt } from '../../../src/phases/7-legacy/spa-routes.js'
import { curl } from '../../gate/app/http.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { ADDED_PAGE, withoutPages } from '../../inventory/found-pages.js'
import spaRoutes from './mutants/spa-routes.js'
import { isSentToLogIn } from './sent-to-log-in.js'

const headers = { accept: 'text/html,application/xhtml+xml', 'sec-fetch-mode': 'navigate' }
export const spaRefresh: Check = {
  id: 'legacy.spa-refresh',
  title: 'Every page of the browser code opens by its address and on refresh',
  proves: ['L2'],
  fix: 'Name the page in config.spa.routes, and in config.spa.index the path where the app answers its HTML; leave out the pages that the server renders.',
  async run(gate) {
    const none = await withoutPages(gate, 'page loads')
    if (none) return none
    const [index = '/', ...routes] = pagesIn(gate.config)
    const isOpen = isPublic(gate.config)
    const target = await gate.app()
    const { owner, anonymous } = await gate.people()
    const shell = await target.ask('GET', index, { as: owner, headers })
    const problems: Evidence[] = ofTheServer(routes, index, await gate.traffic()).map(({ page, path }) => ({
      what: `config.spa.routes names ${page}, and the server has a page of its own there: leave it out`,
      route: `GET ${page}`,
      expected: `the page that was recorded at ${path}`,
      got: `the answer of ${index}`,
    }))
    if (shell.status !== 200 || !isHtml(shell.headers['content-type']))
      problems.push({
        what: `config.spa.index ${index} is not a page`,
        expected: '200 text/html',
        got: `${shell.status} ${shell.headers['content-type']}`,
        curl: curl(target.url, 'GET', index, { as: owner, headers }),
      })
    for (const page of routes) {
      const path = page.replace(/:\w+/g, '1')
      for (const way of [path, `${path}?from=usertwo`, `${path}/`]) {
        const got = await target.ask('GET', way, { as: owner, headers })
        if (got.status === 200 && got.body === shell.body) continue
        problems.push({
          what: `${way} does not open the app`,
          route: `GET ${page}`,
          expected: `what ${index} answers`,
          got: `${got.status} ${got.body.slice(0, 80)}`,
          curl: curl(target.url, 'GET', way, { as: owner, headers }),
        })
      }
      const loggedOut = await target.ask('GET', path, { as: anonymous, headers })
      if (isOpen({ method: 'GET', url: path })) {
        if (loggedOut.status !== 200 || loggedOut.body !== shell.body)
          problems.push({
            what: `${path} is public, and does not open for a browser that is not logged in`,
            route: `GET ${page}`,
            expected: `what ${index} answers`,
            got: `${loggedOut.status} ${loggedOut.body.slice(0, 80)}`,
            curl: curl(target.url, 'GET', path, { headers }),
          })
      } else if (!isSentToLogIn(gate.config, loggedOut))
        problems.push({
          what: `${path} does not take a browser that is not logged in to the login page`,
          route: `GET ${page}`,
          expected: `302 to ${gate.config.auth.pages}/login`,
          got: `${loggedOut.status} ${loggedOut.headers.location ?? ''}`.trim(),
          curl: curl(target.url, 'GET', path, { headers }),
        })
    }
    return { exercised: 1 + routes.length * 4, unit: 'page loads', problems }
  },
  mutants: ({ spa }) => [
    {
      name: 'the first page is at another path',
      names: '/usertwo-elsewhere',
      by: { config: (config) => ({ ...config, spa: { index: '/usertwo-elsewhere', routes: [] } }) },
    },
    ...(spa && spa.routes.length > 0 ? OF_ROUTES : []),
  ],
  additions: ADDED_PAGE,
}

/**
 * Returns the pages that the app itself answered in the recording, by another route than its index and with
 * another answer.
 */
export function ofTheServer(
  pages: readonly string[],
  index: string,
  traffic: readonly Exchange[],
): { page: string; path: string }[] {
  const shown = traffic.filter(
    ({ method, response }) => method === 'GET' && response.status === 200 && isPage(response),
  )
  const first = shown.find(({ path }) => isAt(index, path))
  if (!first) return []
  return pages.flatMap((page) => {
    const own = shown.find(
      ({ path, route, response }) =>
        isAt(page, path) &&
        (route === null || route !== first.route) &&
        response.body !== first.response.body,
    )
    return own ? [{ page, path: own.path }] : []
  })
}

const OF_ROUTES: Mutant[] = [
  {
    name: 'pages of the browser code are left to the server',
    names: 'does not open the app',
    by: { replace: [spaRoutes.none] },
  },
  {
    name: 'the last page is forgotten',
    names: 'does not open the app',
    by: { replace: [spaRoutes.butTheLast] },
  },
]
