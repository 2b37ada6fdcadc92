import type { Item, ItemFacts } from '../item.js'
import {
  attribute,
  has,
  isLoginCookie,
  isRefreshCookie,
  logInAs,
  type SetCookie,
  setCookiesOf,
} from '../login.js'
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
