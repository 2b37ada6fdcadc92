import type { Answer } from '../../gate/app/http.js'
import type { Check } from '../../gate/check.js'
import { claimOwner, logIn, Questions, refreshTokenIn, setCookies } from './gate-login.js'
import cookies from './mutants/sessions/cookies.js'

const FOR_SCRIPTS = 'scripts can read the login cookie'

export const cookieAttributes: Check = {
  id: 'auth.cookies',
  title: 'The login cookie is hidden from scripts, other domains, plain http and the app',
  proves: ['B3', 'A7'],
  ofUsertwosLogin: true,
  fix: 'Compare the attributes in the evidence with docs; COOKIE_SECURE_DEFAULT=false is for development only.',
  async run(gate) {
    const target = await gate.app({ env: { COOKIE_SECURE_DEFAULT: 'true' } })
    const ask = new Questions(target)
    const { mount } = gate.config.auth
    const { answer, cookie, csrfToken, token } = await logIn(gate, target, await claimOwner(gate, target))

    const attributes = (from: Answer, prefix: string, wanted: string[], unwanted: RegExp) => {
      const line = setCookies(from).find((one) => one.startsWith(prefix)) ?? 'not set'
      const got = line.split('; ').slice(1)
      ask.holds(wanted.every((one) => got.includes(one)) && !unwanted.test(line), {
        what: `the attributes of ${prefix}… are not what they must be`,
        expected: wanted.join('; '),
        got: got.join('; ') || line,
      })
    }
    const hidden = ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']
    const readable = ['Path=/', 'Secure', 'SameSite=Lax']
    // An answer with a refresh token is for clients without cookies: only the pages of phase 5 set the cookie
    // then.
    const isSet = refreshTokenIn(answer) === null
    const hasRefresh = setCookies(answer).some((line) => line.startsWith('refresh_token='))
    const narrow = [`Path=${mount}`, ...hidden.slice(1)]
    if (isSet) {
      attributes(answer, '__Host-usertwo=', hidden, /Domain/i)
      attributes(answer, 'csrftoken=', readable, /Domain|HttpOnly/i)
    }
    if (hasRefresh) attributes(answer, 'refresh_token=', narrow, /Domain/i)

    await ask.expect('the cookie does not log the user in', 200, 'GET', `${mount}/me`, {
      headers: { cookie },
    })
    await target.ask('POST', '/api/usertwo-gate', {
      headers: { cookie, 'x-csrf-token': csrfToken },
      body: {},
    })
    ask.holds(!target.output().includes(token), { what: 'the app prints the login cookie' })
    const headers = { cookie, 'x-csrf-token': csrfToken }
    const out = await ask.expect('logging out failed', 204, 'POST', `${mount}/logout`, { headers })
    attributes(out, '__Host-usertwo=;', hidden, /Domain|Max-Age=[1-9]/i)
    attributes(out, 'csrftoken=;', readable, /Domain|HttpOnly|Max-Age=[1-9]/i)
    if (hasRefresh) attributes(out, 'refresh_token=;', narrow, /Domain|Max-Age=[1-9]/i)
    if (!isSet) {
      const why = { [FOR_SCRIPTS]: 'the API sets no login cookie: refresh tokens are in its answers' }
      return { exercised: ask.exercised, unit: 'facts', problems: ask.problems, ignored: why }
    }
    return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
  },
  mutants: [
    {
      name: FOR_SCRIPTS,
      names: /the attributes of \S+=… are not/,
      by: { replace: [cookies.forScripts] },
    },
    {
      name: 'the cookie is cleared with other attributes',
      names: /the attributes of \S+=;… are not/,
      by: { replace: [cookies.clearedOtherwise] },
    },
  ],
}
