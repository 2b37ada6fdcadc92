import { issueReset } from '../../../../src/phases/4-auth/links/reset-token.js'
import type { Check, Mutant } from '../../../gate/check.js'
import type { Gate } from '../../../gate/gate.js'
import { onDatabase } from '../../../gate/people/on-database.js'
import { bearer, claimOwner, logIn, newAccount, newVisitor, Questions, setCookies } from '../gate-login.js'
import factorDue from '../mutants/factors/factor-due.js'
import proveAgain from '../mutants/factors/prove-again.js'
import recoveryCodes from '../mutants/factors/recovery-codes.js'
import secretBox from '../mutants/factors/secret-box.js'
import totpRows from '../mutants/factors/totp-rows.js'
import passwordReset from '../mutants/passwords/password-reset.js'
import endSessions from '../mutants/sessions/end-sessions.js'
import { setUpFactor } from './authenticator-app.js'

const STORED = 'the secret is in the database as it is'
const KEPT = 'a login from before the second factor goes on'
const PASSED = 'the password alone is a login'
const TWICE = 'a code is accepted twice'
const AGAIN = 'a recovery code is accepted twice'
const RECENT = 'the password alone makes an old login recent'
const RESET = 'a password that was reset is a login without the second factor'

const env = { AUTH_ENABLE_TOTP: 'true' }
/** Each with the second factor on, whether or not the app is to be deployed with it. */
const mutants: [Mutant, ...Mutant[]] = [
  { name: 'a login asks for no code', names: PASSED, by: { env, replace: [factorDue.never] } },
  { name: 'a code counts as often as it is sent', names: TWICE, by: { env, replace: [totpRows.again] } },
  { name: 'recovery codes are not used up', names: AGAIN, by: { env, replace: [recoveryCodes.again] } },
  { name: 'secrets are stored as they are', names: STORED, by: { env, replace: [secretBox.open] } },
  { name: 'setting it up ends no other login', names: KEPT, by: { env, replace: [endSessions.kept] } },
  {
    name: 'an old login asks for the password alone',
    names: RECENT,
    by: { env, replace: [proveAgain.never] },
  },
  {
    name: 'a reset of the password removes it',
    names: RESET,
    by: { env, replace: [passwordReset.factorGone] },
  },
]

export const secondFactor: Check = {
  id: 'auth.second-factor',
  title: 'Every login of a user with a second factor needs a code, and each code counts once',
  proves: ['A11'],
  ofUsertwosLogin: true,
  fix: 'Nothing of the app may answer in place of the auth API; AUTH_ENABLE_TOTP needs the packages otpauth and uqr (docs/how-to/second-factor.md).',
  async run(gate) {
    const target = await gate.app()
    const ask = new Questions(target)
    const { mount } = gate.config.auth
    const { json } = await target.ask('GET', `${mount}/config`)
    if ((json as { totp?: boolean } | undefined)?.totp !== true)
      return { exercised: 0, unit: 'facts', problems: [], nothingToDo: 'AUTH_ENABLE_TOTP is off' }
    const owner = await claimOwner(gate, target)
    const before = await logIn(gate, target, owner)
    const { secret, codeOf, codes } = await setUpFactor(gate, ask, (await logIn(gate, target, owner)).token)
    await notStored(gate, ask, [secret, ...codes.flatMap((one) => [one, one.replaceAll('-', '')])])
    await ask.expect(KEPT, 401, 'GET', `${mount}/me`, { headers: bearer(gate, before.token) })

    const begin = async (what: string, password = owner.password) => {
      const body = { ...owner, password }
      const answer = await ask.expect('the right password is refused', 200, 'POST', `${mount}/login`, {
        body,
      })
      const told = (answer.json ?? {}) as { access_token?: string; mfa_token?: string }
      const isLogin = told.access_token !== undefined || setCookies(answer).length > 0
      ask.holds(!isLogin && told.mfa_token !== undefined, { what, route: `POST ${mount}/login` })
      return told.mfa_token ?? ''
    }
    const path = `${mount}/totp/verify`
    const verify = (mfa_token: string, code: string) =>
      target.ask('POST', path, { as: newVisitor(), body: { mfa_token, code } })
    const mfa = await begin(PASSED)
    await ask.expect('half a login is a whole one', 401, 'GET', `${mount}/me`, { headers: bearer(gate, mfa) })
    // Of the step after the one whose code set it up.
    const code = codeOf(1)
    const both = await Promise.all([verify(mfa, code), verify(await begin(PASSED), code)])
    const statuses = both.map(({ status }) => status).sort()
    ask.holds(statuses.join() === '200,401', {
      what: TWICE,
      route: `POST ${path}`,
      expected: '200,401',
      got: statuses.join(),
    })
    for (const [what, status] of [
      ['a recovery code is refused', 200],
      [AGAIN, 401],
    ] as const)
      await ask.expect(what, status, 'POST', path, {
        body: { mfa_token: await begin(PASSED), code: codes[0] ?? '' },
      })
    await reauthenticated(gate, ask, { ...owner, mfa_token: await begin(PASSED) }, codes.slice(1))
    const token = await onDatabase(gate.database, (db) => issueReset(db, gate.config.owner.id))
    const { password } = newAccount(gate)
    await ask.expect('a one-time link sets no password', 204, 'POST', `${mount}/password/reset`, {
      body: { token, password },
    })
    await begin(RESET, password)
    return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
  },
  mutants,
  additions: mutants,
}

/** Lets a login grow old: the password and a code together make it recent. */
async function reauthenticated(
  gate: Gate,
  ask: Questions,
  { mfa_token, password }: { mfa_token: string; password: string },
  [first = '', second = '']: readonly string[],
): Promise<void> {
  const { mount } = gate.config.auth
  const { json } = await ask.expect('a recovery code is refused', 200, 'POST', `${mount}/totp/verify`, {
    body: { mfa_token, code: first },
  })
  const headers = bearer(gate, (json as { access_token?: string } | undefined)?.access_token ?? '')
  await gate.database.sql(
    `update usertwo.user_sessions set issued_at = issued_at - interval '2 days',
       authenticated_at = authenticated_at - interval '2 days'`,
  )
  const path = `${mount}/reauth`
  await ask.expect(RECENT, 400, 'POST', path, { headers, body: { password } })
  const body = { password, code: second }
  await ask.expect('the password and a code are refused', 200, 'POST', path, { headers, body })
}

/** Looks for the secret and the recovery codes in what is stored of them. */
async function notStored({ database }: Gate, ask: Questions, shown: readonly string[]): Promise<void> {
  const rows = JSON.stringify([
    await database.sql('select * from usertwo.totp'),
    await database.sql('select * from usertwo.recovery_codes'),
  ])
  ask.holds(
    shown.every((one) => one !== '' && !rows.includes(one)),
    {
      what: STORED,
      table: 'usertwo.totp',
    },
  )
}
