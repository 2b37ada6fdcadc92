import type { Check } from '../../gate/check.js'
import { logIn, newVisitor, Questions } from './gate-login.js'
import ownPassword from './mutants/passwords/own-password.js'
import reauth from './mutants/passwords/reauth.js'
import csrfToken from './mutants/sessions/csrf-token.js'

export const stepUp: Check = {
  id: 'auth.step-up',
  title:
    'Sensitive changes need a recent login, and a page of one user changes nothing in another user’s session',
  proves: ['A8', 'B3'],
  ofUsertwosLogin: true,
  fix: 'Nothing of the app may answer in place of the auth API, and its clock must be the database’s; forms carry the CSRF token of the login that their page was made for (docs/how-to/forms.md).',
  async run(gate) {
    const { owner, other } = await gate.people()
    const target = await gate.app()
    const ask = new Questions(target)
    const { mount } = gate.config.auth
    const kept = await logIn(gate, target, owner)
    const open = await logIn(gate, target, owner)
    const theirs = await logIn(gate, target, other)

    await gate.database.sql(
      `update usertwo.user_sessions set issued_at = issued_at - interval '2 days',
         authenticated_at = authenticated_at - interval '2 days'`,
    )
    const headers = { cookie: open.cookie, 'x-csrf-token': open.csrfToken, origin: target.url }
    const listed = await target.ask('GET', `${mount}/sessions`, { as: newVisitor(), headers })
    const another = (listed.json as { id: string; current: boolean }[]).find(({ current }) => !current)
    for (const path of [`${mount}/sessions`, `${mount}/sessions/${another?.id}`]) {
      const answer = await ask.expect('ends other logins without the password', 403, 'DELETE', path, {
        headers,
      })
      ask.holds(codeOf(answer) === 'reauth_required', {
        what: 'an old login is not asked for the password',
        route: `DELETE ${path}`,
        expected: 'reauth_required',
        got: String(codeOf(answer)),
      })
    }
    const change = { current_password: `not ${owner.password}`, password: `new ${owner.password}` }
    await ask.expect('sets a password without the one there is', 401, 'POST', `${mount}/password/change`, {
      headers,
      body: change,
    })
    await ask.expect('the password is not accepted again', 200, 'POST', `${mount}/reauth`, {
      headers,
      body: { password: owner.password },
    })
    await ask.expect(
      'a password given in one session counts in another',
      403,
      'DELETE',
      `${mount}/sessions`,
      {
        headers: { cookie: kept.cookie, 'x-csrf-token': kept.csrfToken, origin: target.url },
      },
    )

    await proofsOfAnother(ask, kept.csrfToken, { cookie: theirs.cookie, origin: target.url })
    return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
  },
  mutants: [
    {
      name: 'every login is recent',
      names: 'ends other logins without the password',
      by: { replace: [reauth.alwaysRecent] },
    },
    {
      name: 'the current password is not required',
      names: 'sets a password without the one there is',
      by: { replace: [ownPassword.unasked] },
    },
    {
      name: 'no page was made for another user',
      names: 'that was made for another user is accepted',
      by: { replace: [csrfToken.noOtherUser] },
    },
  ],
}

/** Sends the CSRF proofs of one user's page in another user's session. */
async function proofsOfAnother(
  ask: Questions,
  csrfToken: string,
  headers: Record<string, string>,
): Promise<void> {
  const form = 'application/x-www-form-urlencoded'
  const proofs = [
    ['a request', { 'x-csrf-token': csrfToken }, {}],
    ['a form', { 'content-type': form }, `_csrf=${encodeURIComponent(csrfToken)}`],
  ] as const
  for (const [what, proof, body] of proofs) {
    const answer = await ask.expect(
      `${what} that was made for another user is accepted`,
      409,
      'POST',
      '/usertwo-gate',
      { headers: { ...headers, ...proof }, body },
    )
    ask.holds(answer.status !== 409 || codeOf(answer) === 'user_changed', {
      what: `${what} that was made for another user is not answered user_changed`,
      route: 'POST /usertwo-gate',
      expected: 'user_changed',
      got: String(codeOf(answer)),
    })
  }
}

const codeOf = ({ json }: { json: unknown }) => (json as { code?: string } | undefined)?.code
