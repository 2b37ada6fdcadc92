import { isByName } from '../../../../src/phases/4-auth/accounts/names.js'
import { isDeployedWith } from '../../../gate/app/app-environment.js'
import type { Check, Finding, Mutant } from '../../../gate/check.js'
import type { Gate } from '../../../gate/gate.js'
import { bearer, claimOwner, type GateLogin, logIn } from '../gate-login.js'
import checks from '../mutants/oauth/checks.js'
import flowSecrets from '../mutants/oauth/flow-secrets.js'
import flows from '../mutants/oauth/flows.js'
import joinByProvider from '../mutants/oauth/join-by-provider.js'
import linkProvider from '../mutants/oauth/link-provider.js'
import oauthLibrary from '../mutants/oauth/oauth-library.js'
import profile from '../mutants/oauth/profile.js'
import waysIn from '../mutants/oauth/ways-in.js'
import { type OauthTrial, oauthTrial } from './oauth-trial.js'
import type { OddProvider, ProviderUser } from './small-provider.js'

const AGAIN = 'a state logs in again once it was used'
const TWICE = 'of two callbacks with one state at once, both log in'
const ELSEWHERE = 'a state logs in a browser that did not begin the login'
const MIXED = 'a state of one provider counts at the callback of another'
const LATE = 'a state logs in after its time'
const NONCE = 'an ID token without the nonce of the login logs in'
const PARTY = 'an ID token that was made for another client logs in'
const UNSIGNED = 'an ID token that another key has signed logs in'
const ONE_VERIFIER = 'two logins have one PKCE challenge'
const JOINED = 'an account is joined by its address'
const UNCONFIRMED = 'an address that the provider has not confirmed is believed'
const LOGGED_OUT = 'a provider is linked after the login that began it has ended'
const LAST = 'the only way into an account is unlinked'

const mutants: [Mutant, ...Mutant[]] = [
  { name: 'a state is not used up', names: AGAIN, by: { replace: [flows.kept] } },
  { name: 'a state is looked up, and deleted afterwards', names: TWICE, by: { replace: [flows.looked] } },
  { name: 'a state belongs to no browser', names: ELSEWHERE, by: { replace: [flows.anyBrowser] } },
  { name: 'a state belongs to no provider', names: MIXED, by: { replace: [flows.anyProvider] } },
  { name: 'a state does not expire', names: LATE, by: { replace: [flows.endless] } },
  { name: 'the nonce is not compared', names: NONCE, by: { replace: [checks.noNonce] } },
  { name: 'the authorised party is not compared', names: PARTY, by: { replace: [checks.anyParty] } },
  { name: 'signatures are not verified', names: UNSIGNED, by: { replace: [oauthLibrary.unsigned] } },
  { name: 'there is one verifier for all', names: ONE_VERIFIER, by: { replace: [flowSecrets.oneForAll] } },
  { name: 'accounts are found by address', names: JOINED, by: { replace: [joinByProvider.byAddress] } },
  { name: 'every address counts as confirmed', names: UNCONFIRMED, by: { replace: [profile.unconfirmed] } },
  { name: 'linking needs no login', names: LOGGED_OUT, by: { replace: [linkProvider.anyLogin] } },
  { name: 'the last way in may go', names: LAST, by: { replace: [waysIn.none] } },
]

export const oauthLogins: Check = {
  id: 'auth.oauth',
  title:
    'A login by another provider is bound to one browser and one provider, and joins no account by its address',
  proves: ['A11'],
  ofUsertwosLogin: true,
  onlyWhere: (config) => isDeployedWith(config, 'AUTH_ENABLE_OAUTH'),
  fix: 'Nothing of the app may answer in place of the auth API, or change usertwo.identities and usertwo.oauth_flows; AUTH_ENABLE_OAUTH needs the package openid-client (docs/how-to/log-in-by-a-provider.md).',
  async run(gate) {
    const trial = await oauthTrial(gate)
    try {
      return await tried(gate, trial)
    } finally {
      await trial.close()
    }
  },
  mutants,
}

async function tried(gate: Gate, trial: OauthTrial): Promise<Finding> {
  const { ask, target } = trial
  const owner = await claimOwner(gate, target)
  const login = await logIn(gate, target, owner)
  const id = await linked(gate, trial, login)
  await states(gate, trial)
  for (const [what, odd] of [
    [NONCE, { claims: { nonce: undefined } }],
    [PARTY, { claims: { azp: 'another client' } }],
    [UNSIGNED, { byOther: true }],
  ] as [string, OddProvider][])
    await trial.expect(what, 401, await trial.come({ odd }))
  await addresses(gate, trial, owner.email)
  await loggedOut(gate, trial, await logIn(gate, target, owner))
  await gate.database.sql(
    `update usertwo.credentials set password_hash = '!none' where password_hash is not null`,
  )
  const path = `${gate.config.auth.mount}/oauth/identities/${id}`
  await ask.expect(LAST, 400, 'DELETE', path, { headers: bearer(gate, login.token) })
  return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
}

/** Links the provider's user to the owner, and logs in by it. @returns the id of the identity */
async function linked(gate: Gate, trial: OauthTrial, { token }: GateLogin): Promise<string> {
  const { ask } = trial
  const { mount } = gate.config.auth
  const headers = bearer(gate, token)
  await trial.expect('a provider cannot be linked', 204, await trial.come({ call: 'link', headers }))
  const list = await ask.expect('linked providers are not listed', 200, 'GET', `${mount}/oauth/identities`, {
    headers,
  })
  const answer = await trial.expect('a linked provider does not log in', 303, await trial.come())
  const cookie = trial.loginIn(answer)
  const me = await ask.expect('a login by a provider opens nothing', 200, 'GET', `${mount}/me`, {
    headers: { cookie },
  })
  const { id } = (me.json ?? {}) as { id?: unknown }
  ask.holds(String(id) === String(gate.config.owner.id), {
    what: 'a provider logs in another user than the one it is linked to',
    expected: String(gate.config.owner.id),
    got: String(id),
  })
  return (list.json as { id: string }[] | undefined)?.[0]?.id ?? ''
}

async function states(gate: Gate, trial: OauthTrial): Promise<void> {
  const { ask, provider } = trial
  const used = await trial.come()
  await trial.expect('a linked provider does not log in', 303, used)
  await trial.expect(AGAIN, 400, used)

  const [one, two] = provider.logins.slice(-2).map((query) => query.get('code_challenge'))
  ask.holds(one !== two, {
    what: ONE_VERIFIER,
    expected: 'another challenge for each login',
    got: 'the same',
  })

  const elsewhere = await trial.come()
  const { cookie } = await trial.come()
  await trial.expect(ELSEWHERE, 400, { ...elsewhere, cookie })
  const mixed = await trial.come()
  await trial.expect(MIXED, 400, { ...mixed, path: mixed.path.replace('/gate/', '/other/') })
  const late = await trial.come()
  await gate.database.sql(`update usertwo.oauth_flows set expires_at = now() - interval '1 second'`)
  await trial.expect(LATE, 400, late)

  const both = await trial.come()
  const answers = await Promise.all([trial.back(both), trial.back(both)])
  // The code is good once at the provider, so that it is its answer that the second one gets.
  const taken = answers.filter(({ status }) => status !== 400).length
  ask.holds(taken === 1, { what: TWICE, expected: 'one state, one exchange', got: `${taken} exchanges` })
}

/** A user who comes for the first time, with the owner's address. */
async function addresses(gate: Gate, trial: OauthTrial, email: string | undefined): Promise<void> {
  const named = isByName(gate.config)
  const arriving = (sub: string, isConfirmed: boolean): ProviderUser => ({
    sub,
    ...(email !== undefined && { email }),
    email_verified: isConfirmed,
  })
  await trial.expect(JOINED, named ? 403 : 409, await trial.come({ user: arriving('newcomer', true) }))
  await trial.expect(UNCONFIRMED, 403, await trial.come({ user: arriving('another newcomer', false) }))
}

async function loggedOut(gate: Gate, trial: OauthTrial, { token }: GateLogin): Promise<void> {
  const headers = bearer(gate, token)
  const begun = await trial.come({ call: 'link', headers, user: { sub: 'late' } })
  await trial.ask.expect('a logout is refused', 204, 'POST', `${gate.config.auth.mount}/logout`, { headers })
  await trial.expect(LOGGED_OUT, 401, begun)
}
