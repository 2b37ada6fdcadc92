import { issueReset } from '../../../src/phases/4-auth/links/reset-token.js'
import type { Check } from '../../gate/check.js'
import { onDatabase } from '../../gate/people/on-database.js'
import { bearer, claimOwner, logIn, newAccount, Questions } from './gate-login.js'
import passwordReset from './mutants/passwords/password-reset.js'

export const recovery: Check = {
  id: 'auth.recovery',
  title: 'A reset link works once and ends every session',
  proves: ['A6', 'A18'],
  ofUsertwosLogin: true,
  fix: 'No route of the app may answer in place of password/reset; the app’s own passwords are adopted as `users.passwords` says.',
  async run(gate) {
    const target = await gate.app()
    const ask = new Questions(target)
    const { mount } = gate.config.auth
    const account = await claimOwner(gate, target)
    const before = await logIn(gate, target, account)
    const { password } = newAccount(gate)
    // As `usertwo users reset-link` does.
    const token = await onDatabase(gate.database, (db) => issueReset(db, gate.config.owner.id))
    const path = `${mount}/password/reset`

    await ask.expect('a one-time link sets no password', 204, 'POST', path, { body: { token, password } })
    await ask.expect('a session from before the reset goes on', 401, 'GET', `${mount}/me`, {
      headers: bearer(gate, before.token),
    })
    await ask.expect('the old password still works', 401, 'POST', `${mount}/login`, { body: account })
    await ask.expect('a one-time link works again', 400, 'POST', path, {
      body: { token, password: newAccount(gate).password },
    })
    await ask.expect('the new password is refused', 200, 'POST', `${mount}/login`, {
      body: { ...account, password },
    })
    return { exercised: ask.exercised, unit: 'requests', problems: ask.problems }
  },
  mutants: [
    {
      name: 'a link works any number of times',
      names: 'a one-time link works again',
      by: { replace: [passwordReset.again] },
    },
    {
      name: 'sessions from before the reset stay valid',
      names: 'a session from before the reset goes on',
      by: { replace: [passwordReset.loginsKept] },
    },
  ],
}
