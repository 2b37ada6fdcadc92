import type { Check } from '../../gate/check.js'
import { bearer, claimOwner, logIn, Questions } from './gate-login.js'
import answerMutants from './mutants/answer.js'
import logout from './mutants/sessions/logout.js'

export const loginRoundtrip: Check = {
  id: 'auth.login-roundtrip',
  title: 'Register, login, me and logout answer as documented, and logout always works',
  proves: ['A1', 'A3', 'A14', 'A20'],
  ofUsertwosLogin: true,
  fix: 'Compare with the HTTP contract in docs; logging out never needs a good token.',
  async run(gate) {
    const target = await gate.app()
    const { mount } = gate.config.auth
    const ask = new Questions(target)
    const account = await claimOwner(gate, target)
    const { answer, token } = await logIn(gate, target, account)
    const headers = bearer(gate, token)
    const { token_type, expires_in } = answer.json as Record<string, unknown>
    ask.holds(token_type === 'Bearer' && Number.isInteger(expires_in), {
      what: 'the answer to a login is not {access_token, token_type: "Bearer", expires_in}',
      route: `POST ${mount}/login`,
    })

    const me = await ask.expect('a fresh login is not known', 200, 'GET', `${mount}/me`, { headers })
    const { id, username, email } = (me.json ?? {}) as Record<string, unknown>
    ask.holds(
      String(id) === String(gate.config.owner.id) &&
        (account.username ? username : email) === account.email &&
        username !== undefined,
      {
        what: '/me does not say {id, username, email} of the owner',
        route: `GET ${mount}/me`,
      },
    )
    const old = [
      ['a token that was logged out', headers],
      ['a malformed token', bearer(gate, 'not.a.token')],
      ['an old cookie', { cookie: 'usertwo=not.a.token' }],
      ['no token', {}],
    ] as const
    const out = await ask.expect('logging out failed', 204, 'POST', `${mount}/logout`, { headers })
    const answers = [answer, me, out]
    for (const [what, given] of old) {
      answers.push(
        await ask.expect(`logging out with ${what} failed`, 204, 'POST', `${mount}/logout`, {
          headers: given,
        }),
      )
      answers.push(await ask.expect(`/me answered to ${what}`, 401, 'GET', `${mount}/me`, { headers: given }))
    }
    for (const { headers: got } of answers)
      ask.holds(got['cache-control'] === 'no-store', {
        what: 'an answer about a login may be stored by a cache',
        expected: 'Cache-Control: no-store',
        got: String(got['cache-control']),
      })
    return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
  },
  mutants: [
    {
      name: 'logging out needs a good token',
      names: /logging out with a token .* failed/,
      by: { replace: [logout.knownOnly] },
    },
    {
      name: 'answers may be stored',
      names: 'may be stored by a cache',
      by: { replace: [answerMutants.stored] },
    },
  ],
}
