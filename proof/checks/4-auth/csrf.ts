import type { Check } from '../../gate/check.js'
import { claimOwner, logIn, newAccount, Questions } from './gate-login.js'
import csrf from './mutants/sessions/csrf.js'
import csrfTokenMutants from './mutants/sessions/csrf-token.js'
import sameOrigin from './mutants/sessions/same-origin.js'

export const csrfProof: Check = {
  id: 'auth.csrf',
  title: 'An unsafe request with the login cookie needs proof that it comes from the app’s own page',
  proves: ['B3', 'A7'],
  ofUsertwosLogin: true,
  fix: 'Send X-CSRF-Token with the value of the CSRF cookie, or call from the app’s own origin.',
  async run(gate) {
    const target = await gate.app()
    const ask = new Questions(target)
    const { mount } = gate.config.auth
    const account = await claimOwner(gate, target)
    const { cookie, csrfToken } = await logIn(gate, target, account)
    const other = await logIn(gate, target, account)
    // Not a route of the app: a request that passes the CSRF check gets the app's 404 and changes nothing.
    const write = async (what: string, headers: Record<string, string>, refused: boolean) => {
      const route = '/usertwo-gate'
      const { status, json } = await target.ask('POST', route, { headers: { cookie, ...headers }, body: {} })
      const is = (json as { code?: string } | undefined)?.code === 'csrf_failed'
      ask.holds(is === refused, {
        what: `an unsafe request with the login cookie and ${what} was ${refused ? 'let through' : 'refused'}`,
        route: `POST ${route}`,
        expected: refused ? '403 csrf_failed' : 'an answer of the app',
        got: String(status),
      })
    }
    await write('no proof', {}, true)
    await write('the origin of another site', { origin: 'https://evil.example' }, true)
    await write('no origin (null)', { origin: 'null' }, true)
    await write('a Sec-Fetch-Site header that names another site', { 'sec-fetch-site': 'cross-site' }, true)
    await write('the token of another login', { 'x-csrf-token': other.csrfToken }, true)
    await write(
      'a token of its own choice in cookie and header',
      { cookie: `${cookie}; csrftoken=x`, 'x-csrf-token': 'x' },
      true,
    )
    await write('its token', { 'x-csrf-token': csrfToken }, false)
    await write('the app’s own origin', { origin: target.url }, false)

    const out = (headers: Record<string, string>) => ({ headers: { cookie, ...headers } })
    const logout = `${mount}/logout`
    await ask.expect('the cookie alone can log out', 403, 'POST', logout, out({ origin: target.url }))
    await ask.expect(
      'the cookie and its token cannot log out',
      204,
      'POST',
      logout,
      out({ 'x-csrf-token': csrfToken }),
    )
    await ask.expect('a page of another site can log a user in', 403, 'POST', `${mount}/login`, {
      headers: { origin: 'https://evil.example' },
      body: newAccount(gate, 'victim'),
    })
    return { exercised: ask.exercised, unit: 'requests', problems: ask.problems }
  },
  mutants: [
    {
      name: 'unsafe requests need no proof',
      names: 'no proof was let through',
      by: { replace: [csrf.unasked] },
    },
    {
      name: 'one CSRF token fits every login',
      names: 'the token of another login was let through',
      by: { replace: [csrfTokenMutants.oneForAll] },
    },
    {
      name: 'any origin will do',
      names: 'the origin of another site was let through',
      by: { replace: [sameOrigin.anyOrigin] },
    },
  ],
}
