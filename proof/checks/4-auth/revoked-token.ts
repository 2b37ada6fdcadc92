import type { Check } from '../../gate/check.js'
import { bearer, claimOwner, logIn, Questions } from './gate-login.js'
import logins from './mutants/sessions/logins.js'
import lookUp from './mutants/sessions/look-up.js'

export const revokedToken: Check = {
  id: 'auth.revoked-token',
  title: 'A revoked token is refused by every process with the next request',
  proves: ['A3', 'A19'],
  ofUsertwosLogin: true,
  fix: 'Each request must look its token up in the database; no process may remember anything about it, except for `auth.lookUpEvery`, and then the end of a session must be awaited.',
  async run(gate) {
    const first = await gate.app()
    const second = await gate.app({ instance: 'second' })
    const ask = new Questions(second)
    const { mount } = gate.config.auth
    const account = await claimOwner(gate, first)

    const ways = [
      ['logged out', () => ['POST', `${mount}/logout`]],
      ['ended in the list of sessions', (id: string) => ['DELETE', `${mount}/sessions/${id}`]],
    ] as const
    for (const [what, way] of ways) {
      const { token } = await logIn(gate, first, account)
      const headers = bearer(gate, token)
      await ask.expect('a login of one process is not known in another', 200, 'GET', `${mount}/me`, {
        headers,
      })
      const list = await first.ask('GET', `${mount}/sessions`, { headers })
      const sessions = list.json as { id: string; current: boolean }[]
      const [method, path] = way(sessions.find((session) => session.current)!.id)
      const ended = await first.ask(method!, path!, { headers })
      ask.holds(ended.status === 204, { what: `a token could not be ${what}`, got: String(ended.status) })
      await ask.expect(
        `a token that was ${what} in one process is accepted in another`,
        401,
        'GET',
        `${mount}/me`,
        { headers },
      )
      await ask.expect(`a token that was ${what} opens the app`, 401, 'GET', '/usertwo-gate', { headers })
    }
    return { exercised: ask.exercised, unit: 'requests', problems: ask.problems }
  },
  mutants: [
    {
      name: 'logging out revokes nothing',
      names: 'a token that was logged out',
      by: { replace: [logins.unrevoked] },
    },
    {
      name: 'revoked tokens are accepted',
      names: 'a token that was logged out',
      by: { replace: [lookUp.revokedToo] },
    },
    {
      name: 'each process remembers the user of a token',
      names: 'a token that was logged out in one process is accepted in another',
      by: { replace: [lookUp.remembered] },
    },
  ],
}
