import { setTimeout as sleep } from 'node:timers/promises'
import { isByName } from '../../../src/phases/4-auth/accounts/names.js'
import type { Check } from '../../gate/check.js'
import { claimOwner, logIn, newAccount, newVisitor, Questions } from '../4-auth/gate-login.js'
import ownPassword from '../4-auth/mutants/passwords/own-password.js'
import noticeGuessing from './mutants/notice-guessing.js'

/** The number of failed logins in a day after which the owner is notified. */
const FREE = 5
/** The notice is written after the answer, without delaying it. Milliseconds. */
const PATIENCE_MS = 3_000

export const notices: Check = {
  id: 'client.notices',
  title: 'Users are notified of failed logins and of a changed address, and a new address needs the password',
  proves: ['A8', 'A9'],
  ofUsertwosLogin: true,
  fix: 'Nothing of the app may answer in place of the auth API or change usertwo.outbox and usertwo.audit.',
  async run(gate) {
    const unit = 'facts'
    if (isByName(gate.config))
      return { exercised: 0, unit, problems: [], nothingToDo: 'users have no e-mail address in this app' }
    const target = await gate.app({ env: { AUTH_OUTBOX: 'true' } })
    const ask = new Questions(target)
    const { mount } = gate.config.auth
    const told = async (...kinds: string[]) => {
      const text = 'select kind from usertwo.outbox where user_id::text = $1 and kind = any($2)'
      return (await gate.database.sql(text, [String(gate.config.owner.id), kinds])).length
    }
    const owner = await claimOwner(gate, target)
    const { cookie, csrfToken } = await logIn(gate, target, owner)
    const headers = { cookie, 'x-csrf-token': csrfToken, origin: target.url }
    const change = (password: string) => ({ headers, body: { password, email: newAccount(gate).email } })
    const path = `${mount}/email/change`
    await ask.expect(
      'a new address is accepted without the password',
      401,
      'POST',
      path,
      change('not this one'),
    )
    await ask.expect('a new address cannot be requested', 202, 'POST', path, change(owner.password))
    ask.holds((await told('email_change', 'email_change_asked')) === 2, {
      what: 'a new address and the old one are not both mailed',
      route: `POST ${path}`,
    })

    const wrong = { email: owner.email, password: newAccount(gate).password }
    for (let n = 0; n < FREE; n++)
      await target.ask('POST', `${mount}/login`, { as: newVisitor(), body: wrong })
    const until = performance.now() + PATIENCE_MS
    while ((await told('guessing')) === 0 && performance.now() < until) await sleep(50)
    ask.holds((await told('guessing')) === 1, {
      what: `after ${FREE} wrong passwords in a day the owner is not notified`,
      route: `POST ${mount}/login`,
      expected: 'one mail',
      got: `${await told('guessing')}`,
    })
    return { exercised: ask.exercised, unit, problems: ask.problems }
  },
  mutants: [
    {
      name: 'users are not notified of failed logins',
      names: 'wrong passwords in a day the owner is not notified',
      by: { replace: [noticeGuessing.untold] },
    },
    {
      name: 'the current password is not required',
      names: 'a new address is accepted without the password',
      by: { replace: [ownPassword.unasked] },
    },
  ],
}
