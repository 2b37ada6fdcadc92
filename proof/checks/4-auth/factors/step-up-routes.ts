import type { Config } from '../../../../src/config/config.js'
import { patternsOf } from '../../../../src/express/pattern.js'
import { createToken } from '../../../../src/phases/4-auth/sessions/tokens/made-tokens.js'
import type { Check, Mutant } from '../../../gate/check.js'
import type { Gate } from '../../../gate/gate.js'
import { onDatabase } from '../../../gate/people/on-database.js'
import { bearer, claimOwner, logIn, Questions } from '../gate-login.js'
import factorProof from '../mutants/access/factor-proof.js'
import proveAgain from '../mutants/factors/prove-again.js'
import logins from '../mutants/sessions/logins.js'
import { setUpFactor } from './authenticator-app.js'

const PASSWORD = 'the password alone opens the route'
const AGAIN = 'the password given again opens the route'
const OLD = 'a proof that is too old opens the route'
const OTHER = 'a proof in one login opens the route to another login of the same user'
const TOKEN = 'a personal token opens the route'

const env = { AUTH_ENABLE_TOTP: 'true' }
const mutants: [Mutant, ...Mutant[]] = [
  { name: 'every login has proved a factor', names: PASSWORD, by: { env, replace: [factorProof.always] } },
  { name: 'a proof never gets old', names: OLD, by: { env, replace: [factorProof.forever] } },
  {
    name: 'a proof counts for every login of the user',
    names: OTHER,
    by: { env, replace: [factorProof.ofUser] },
  },
  { name: 'the password counts as a factor', names: PASSWORD, by: { env, replace: [logins.withFactor] } },
  {
    name: 'the password given again counts as a factor',
    names: AGAIN,
    by: { env, replace: [proveAgain.unproved] },
  },
]

export const stepUpRoutes: Check = {
  id: 'auth.factor-routes',
  title: 'Each route of `auth.stepUp` needs a second factor that was proved lately, in the same login',
  proves: ['A8', 'A11'],
  ofUsertwosLogin: true,
  onlyWhere: ({ auth }) => auth.stepUp !== undefined,
  fix: 'Nothing of the app may answer in front of usertwo; the patterns of `auth.stepUp` are paths as clients send them (docs/how-to/second-factor.md).',
  async run(gate) {
    const target = await gate.app()
    const ask = new Questions(target)
    const owner = await claimOwner(gate, target)
    const routes = routesIn(gate.config)
    const refused = async (what: string, token: string) => {
      for (const { method, path } of routes) {
        const answer = await ask.expect(what, 403, method, path, { headers: bearer(gate, token) })
        ask.holds(answer.status !== 403 || codeOf(answer) === 'factor_required', {
          what: `${what}, or it is refused for another reason`,
          route: `${method} ${path}`,
          expected: 'factor_required',
          got: String(codeOf(answer)),
        })
      }
    }
    const opened = async (what: string, token: string) => {
      for (const { method, path } of routes) {
        const answer = await target.ask(method, path, { headers: bearer(gate, token) })
        ask.holds(codeOf(answer) !== 'factor_required', { what, route: `${method} ${path}` })
      }
    }
    const mine = (await logIn(gate, target, owner)).token
    await refused(PASSWORD, mine)
    const made = await onDatabase(gate.database, (db) =>
      createToken(db, gate.config.owner.id, { name: 'of the gate', scopes: ['read', 'write'], days: 1 }),
    )
    await refused(TOKEN, made.token)
    const { json } = await target.ask('GET', `${gate.config.auth.mount}/config`)
    if ((json as { totp?: boolean } | undefined)?.totp !== true) {
      const notes = [
        'AUTH_ENABLE_TOTP is off: that a factor opens the routes was not tried, only that they are closed',
      ]
      return { exercised: ask.exercised, unit: 'facts', problems: ask.problems, notes }
    }

    const { codes } = await setUpFactor(gate, ask, mine)
    await opened('a factor that was just set up does not open the route', mine)
    const other = await byCode(gate, ask, owner, codes[0] ?? '')
    await opened('a login with a code does not open the route', other)
    await makeOlder(gate)
    await refused(OLD, other)
    await refused(AGAIN, await again(gate, ask, other, { password: owner.password }))
    const renewed = await again(gate, ask, other, { password: owner.password, code: codes[1] ?? '' })
    await opened('the password and a code, given again, do not open the route', renewed)
    await refused(OTHER, mine)
    return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
  },
  mutants,
}

/** The routes of `auth.stepUp`, with a value for each parameter. */
const routesIn = (config: Config) =>
  patternsOf(config, 'auth.stepUp').map(({ method, path }) => ({
    method: method ?? 'GET',
    path: path.replace(/:\w+/g, 'usertwo-gate'),
  }))

/** Logs in with the password and a code, and returns the token. */
async function byCode(gate: Gate, ask: Questions, owner: object, code: string): Promise<string> {
  const { mount } = gate.config.auth
  const begun = await ask.expect('the right password is refused', 200, 'POST', `${mount}/login`, {
    body: owner,
  })
  const { mfa_token = '' } = (begun.json ?? {}) as { mfa_token?: string }
  const body = { mfa_token, code }
  return tokenIn(await ask.expect('a code is refused', 200, 'POST', `${mount}/totp/verify`, { body }))
}

/** Proves who it is again. @returns the token that counts from then on */
async function again(gate: Gate, ask: Questions, token: string, body: { password: string; code?: string }) {
  const path = `${gate.config.auth.mount}/reauth`
  const answer = await ask.target.ask('POST', path, { headers: bearer(gate, token), body })
  return answer.status === 200 ? tokenIn(answer) : token
}

/** Lets every proof grow older than any route allows. */
const makeOlder = ({ database }: Gate) =>
  database.sql(`update usertwo.user_sessions set factor_at = factor_at - interval '2 days'`)

const tokenIn = ({ json }: { json: unknown }) =>
  (json as { access_token?: string } | undefined)?.access_token ?? ''
const codeOf = ({ json }: { json: unknown }) => (json as { code?: string } | undefined)?.code
