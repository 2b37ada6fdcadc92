import type { Item } from '../item.js'
import { refreshLogin } from '../login.js'
import { rowRoutes } from '../row-routes.js'
import { browserLogin } from './cookies.js'

/** An origin that no deployment allows. */
const ELSEWHERE = 'https://elsewhere.invalid'

export const foreignSite: Item = {
  id: 'smoke.foreign-site',
  title: 'Another site neither reads an answer nor writes with a visitor’s cookie',
  proves: ['A7', 'H3'],
  fix: 'CORS_ORIGINS lists the origins of your own pages, each in full; a proxy may add CORS headers of its own.',
  async run(smoke, facts) {
    const { site, mount, mode } = smoke
    const { cookies, refresh: token } = await browserLogin(smoke)
    const cookie = [...cookies.values()].join('; ')
    const headers = { origin: ELSEWHERE, 'sec-fetch-site': 'cross-site' }
    const read = await site.ask('GET', `${mount}/me`, { cookie, headers })
    const preflight = await site.ask('OPTIONS', `${mount}/login`, {
      headers: {
        ...headers,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    })
    for (const heard of [read, preflight]) {
      const allowed = heard.headers['access-control-allow-origin']
      facts.holds(allowed === undefined || (allowed !== '*' && allowed !== ELSEWHERE), {
        what: 'another site may read the answer',
        route: heard.route,
        expected: 'no Access-Control-Allow-Origin',
        got: String(allowed),
      })
    }
    const out = await site.ask('POST', `${mount}/logout`, { cookie, headers })
    facts.expect(out, 403, 'another site logs a visitor out')
    if (mode.refresh === 'cookie' && token !== null)
      facts.expect(await refreshLogin(smoke, token, { headers }), 403, 'another site refreshes')
    if (!(mode.dial < 6))
      for (const { path, body } of rowRoutes(smoke.folder, smoke.config, smoke.options.rows).slice(0, 1))
        facts.expect(
          await site.ask('POST', path, { cookie, headers, body }),
          403,
          'another site makes a row for a visitor',
        )
    facts.expect(
      await site.ask('GET', `${mount}/me`, { cookie }),
      200,
      'what another site was refused has ended the login',
    )
    facts.saw(`no answer for ${ELSEWHERE}, and its calls are 403`)
  },
}
