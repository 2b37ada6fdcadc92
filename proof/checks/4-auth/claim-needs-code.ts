import { isDeepStrictEqual } from 'node:util'
import { q, quotedTable } from '../../../src/database/quoted.js'
import { loginField } from '../../../src/phases/4-auth/accounts/names.js'
import type { Check } from '../../gate/check.js'
import { claimOwner, newAccount, Questions } from './gate-login.js'
import claimCode from './mutants/accounts/claim-code.js'
import register from './mutants/accounts/register.js'
import ownerLogin from './mutants/sessions/owner-login.js'

export const claimNeedsCode: Check = {
  id: 'auth.claim-needs-code',
  title: 'The owner is claimed once, with the one-time code, and no one else can register',
  proves: ['A2'],
  ofUsertwosLogin: true,
  fix: 'A registration without the code must get 403 registration_closed, the same for every reason.',
  async run(gate) {
    const { config, database } = gate
    const target = await gate.app()
    const ask = new Questions(target)
    const path = `${config.auth.mount}/register`
    const login = loginField(config)
    const emails = () =>
      database.sql<{ id: string | number; email: string }>(
        `select ${q(config.users.id)} as id, ${login} as email from ${quotedTable(config.users.table)} where ${login} is not null`,
      )
    const before = await emails()
    const others = (rows: typeof before) =>
      rows.map(({ id, email }) => `${id} ${email}`).filter((row) => !row.startsWith(`${config.owner.id} `))

    const attempts = [
      ['registering without a code', {}],
      ['registering with a wrong code', { claim_code: `${gate.claimCode}X` }],
      ['naming the owner without a code', { id: config.owner.id, is_admin: true }],
    ] as const
    const bodies: string[] = []
    for (const [what, more] of attempts) {
      const body = { ...newAccount(gate, 'other'), ...more }
      bodies.push((await ask.expect(`${what} was not refused`, 403, 'POST', path, { body })).body)
    }
    ask.holds((await emails()).length === before.length, {
      what: 'an account was registered while registration is closed',
    })

    // The owner has already been claimed here, so nothing is left to claim.
    if (ask.problems.length > 0) return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }

    const account = await claimOwner(gate, target)
    const body = { ...newAccount(gate, 'thief'), claim_code: gate.claimCode }
    bodies.push((await ask.expect('the owner was claimed a second time', 403, 'POST', path, { body })).body)
    const now = await emails()
    ask.holds(
      now.some(({ id, email }) => String(id) === String(config.owner.id) && email === account.email) &&
        isDeepStrictEqual(others(now).sort(), others(before).sort()),
      {
        what: 'the claim did not give the owner’s row, and only it, the e-mail address that claimed',
        table: config.users.table,
        expected: `${config.users.id} ${config.owner.id}`,
        got: now.map(({ id }) => `${config.users.id} ${id}`).join(', '),
      },
    )
    ask.holds(new Set(bodies).size === 1, {
      what: 'refused registrations tell apart a missing code, a wrong one and a claimed owner',
      route: `POST ${path}`,
    })
    const logins = `${config.auth.mount}/login`
    await ask.expect('the user who claimed the owner cannot log in', 200, 'POST', logins, { body: account })
    return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
  },
  mutants: [
    {
      name: 'the code is not verified',
      names: 'registering with a wrong code was not refused',
      by: { replace: [claimCode.any] },
    },
    {
      name: 'registration is open to all',
      names: 'registering without a code was not refused',
      by: { replace: [register.open] },
    },
    {
      name: 'a claimed owner can be claimed again',
      names: 'the owner was claimed a second time',
      by: { replace: [ownerLogin.never] },
    },
  ],
}
