import type { Item } from '../item.js'
import { attribute, has, isLoginCookie, isRefreshCookie, setCookiesOf } from '../login.js'
import { browserLogin } from './cookies.js'

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
