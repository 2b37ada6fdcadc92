import { setTimeout as sleep } from 'node:timers/promises'
import { isByName } from '../../../src/phases/4-auth/accounts/names.js'
import type { Check } from '../../gate/check.js'
import { claimOwner, logIn, newAccount, newVisitor, Questions } from '../4-auth/gate-login.js'
import ownPassword from '../4-auth/mutants/passwords/own-password.js'
import noticeGuessing from './mutants/notice-guessing.js'

/** Wrong passwords of a day after which the owner is told. */
const FREE = 5
/** Nobody waits for the notice: it is written after the answer. ms */
const PATIENCE_MS = 3_000

export const notices: Check = {
  id: 'client.notices',
  title: 'Users are notified of failed logins and of a changed address, and a new address needs the password',
  proves: ['A8', 'A9'],
  fix: 'Nothing of the app may answer in place of the auth API or change usertwo.outbox and usertwo.audit.',
  async run(gate) {
    const unit = 'facts'
    if (isByName(gate.config))
      return { exercised: 0, unit, problems: [], nothingToDo: 'people have no address in this app' }
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
      'another address is taken without the password',
      401,
      'POST',
      path,
      change('not this one'),
    )
    await ask.expect('another address cannot be asked for', 202, 'POST', path, change(owner.password))
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
      what: `${FREE} wrong passwords of a day are told nobody`,
      route: `POST ${mount}/login`,
      expected: 'one mail',
      got: `${await told('guessing')}`,
    })
    return { exercised: ask.exercised, unit, problems: ask.problems }
  },
  mutants: [
    {
      name: 'nobody is told that they are guessed at',
      names: 'wrong passwords of a day are told nobody',
      by: { replace: [noticeGuessing.untold] },
    },
    {
      name: 'the password there is is not asked for',
      names: 'another address is taken without the password',
      by: { replace: [ownPassword.unasked] },
    },
  ],
}
