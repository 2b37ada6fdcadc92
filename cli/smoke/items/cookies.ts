import type { Item, ItemFacts } from '../item.js'
import {
  attribute,
  has,
  isLoginCookie,
  isRefreshCookie,
  logInAs,
  refreshLogin,
  type SetCookie,
  setCookiesOf,
} from '../login.js'
import { rowRoutes } from '../row-routes.js'
import type { Smoke } from '../smoke.js'

/** The login of a browser. A deployment that sends tokens in the body sets a cookie only on request. */
export const browserLogin = (smoke: Smoke) =>
  logInAs(smoke, smoke.people.a, smoke.mode.refresh === 'body' ? { in_cookie: true } : {})

export const cookieItem: Item = {
  id: 'smoke.cookies',
  title: 'The cookies of a login have the attributes they must have',
  proves: ['A7', 'B3'],
  fix: 'COOKIE_SAMESITE and COOKIE_SECURE_DEFAULT are the deployment’s; a proxy may rewrite cookies.',
  async run(smoke, facts) {
    const { mode, mount, site } = smoke
    const set = setCookiesOf((await browserLogin(smoke)).heard)
    const login = set.find(isLoginCookie)
    const csrf = set.find(({ name }) => name === mode.csrfCookie)
    const refresh =
      set.find((one) => isRefreshCookie(one, site.root + mount)) ??
      set.find(({ name }) => name === smoke.refreshCookie)
    facts.holds(login !== undefined, { what: 'no login cookie is set' })
    facts.holds(csrf !== undefined, { what: `no cookie ${mode.csrfCookie} is set` })
    if (mode.refresh === 'cookie') facts.holds(refresh !== undefined, { what: 'no refresh cookie is set' })
    if (refresh) smoke.refreshCookie = refresh.name
    if (login) attributes(smoke, facts, login, { path: site.root || '/', hidden: true })
    if (csrf) attributes(smoke, facts, csrf, { path: site.root || '/', hidden: false })
    if (refresh) attributes(smoke, facts, refresh, { path: site.root + mount, hidden: true })
    for (const { name, attributes } of [login, csrf, refresh].flatMap((one) => one ?? []))
      facts.saw([name, ...attributes.filter((one) => !/^(?:expires|max-age)=/i.test(one))].join('; '))
  },
}

function attributes(
  smoke: Smoke,
  facts: ItemFacts,
  cookie: SetCookie,
  must: { path: string; hidden: boolean },
): void {
  const { site, options } = smoke
  const { name } = cookie
  const lax = (options.variable('COOKIE_SAMESITE') ?? 'lax').toLowerCase()
  const sameSite = attribute(cookie, 'SameSite')
  const fact = (holds: boolean, expected: string) =>
    facts.holds(holds, {
      what: `the cookie ${name} has other attributes`,
      expected,
      got: cookie.attributes.filter((one) => !/^expires=/i.test(one)).join('; ') || 'none',
    })
  fact(has(cookie, 'HttpOnly') === must.hidden, must.hidden ? 'HttpOnly' : 'not HttpOnly: script reads it')
  fact(attribute(cookie, 'Path') === must.path, `Path=${must.path}`)
  fact(/^(?:lax|strict)$/i.test(sameSite ?? '') || sameSite?.toLowerCase() === lax, 'SameSite=Lax')
  fact(attribute(cookie, 'Domain') === undefined, 'no Domain')
  const isSecure = has(cookie, 'Secure')
  if (site.isHttps) fact(isSecure, 'Secure, over https')
  const prefix = site.root ? '__Secure-' : '__Host-'
  if (isLoginCookie(cookie)) fact(isSecure === name.startsWith(prefix), `${prefix} and Secure together`)
}

export const csrfItem: Item = {
  id: 'smoke.csrf',
  title: 'A logout by cookie needs the CSRF token: 403 without it, 204 with it, and the cookies are cleared',
  proves: ['A7'],
  fix: 'A proxy may take X-CSRF-Token away, or add it; nothing may answer in place of the auth API.',
  async run(smoke, facts) {
    const { site, mount, mode } = smoke
    const { cookies } = await browserLogin(smoke)
    const cookie = [...cookies.values()].join('; ')
    const own = { origin: site.origin }
    const me = () => site.ask('GET', `${mount}/me`, { cookie })
    facts.expect(await me(), 200, 'the cookie does not log the user in')
    const asked = await site.ask('GET', `${mount}/csrf`, { cookie })
    facts.expect(asked, 200, 'the CSRF token is not returned')
    const { csrfToken = '' } = (asked.json ?? {}) as { csrfToken?: string }
    const logout = (headers: Record<string, string>) =>
      site.ask('POST', `${mount}/logout`, { cookie, headers: { ...own, ...headers } })
    facts.expect(await logout({}), 403, 'a logout without the CSRF token is taken')
    const wrong = `${csrfToken.startsWith('A') ? 'B' : 'A'}${csrfToken.slice(1)}`
    facts.expect(await logout({ 'x-csrf-token': wrong }), 403, 'a wrong CSRF token is taken')
    facts.expect(await me(), 200, 'a refused logout has ended the login')
    const out = await logout({ 'x-csrf-token': csrfToken })
    facts.expect(out, 204, 'a logout with the CSRF token is refused')
    const cleared = setCookiesOf(out).filter(
      (one) => one.value === '' && Date.parse(attribute(one, 'Expires') ?? '') <= 0,
    )
    const clears = (what: string, found: boolean) =>
      facts.holds(found, {
        what: `the logout does not clear ${what}`,
        route: out.route,
        got: out.cookies.join(' | ') || 'no cookie',
      })
    clears(
      'the login cookie',
      cleared.some(
        (one) => isLoginCookie(one) && attribute(one, 'Path') === (site.root || '/') && has(one, 'HttpOnly'),
      ),
    )
    clears(
      mode.csrfCookie,
      cleared.some(({ name }) => name === mode.csrfCookie),
    )
    if (mode.refresh === 'cookie')
      clears(
        'the refresh cookie',
        cleared.some((one) => isRefreshCookie(one, site.root + mount)),
      )
    facts.expect(await me(), 401, 'the cookie is a login after the logout')
    facts.saw('without the header 403, with it 204', `cleared: ${cleared.map(({ name }) => name).join(', ')}`)
  },
}

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
