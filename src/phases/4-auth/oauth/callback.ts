import type { ServerResponse } from 'node:http'
import type { Request, RequestHandler, Response } from 'express'
import type { FactorAnswer } from '../../../contract/answers.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem, type ProblemCode } from '../../../core/problem.js'
import { type Incoming, targetOf } from '../../../express/handler.js'
import { type Account, accountOf } from '../accounts/accounts.js'
import { loginParts } from '../attempts/login-parts.js'
import { audit, noteRefusal } from '../audit.js'
import type { FirstStep } from '../factors/pending-login.js'
import { beginLogin } from '../login/begin-login.js'
import { givingLogin } from '../login/give-login.js'
import { deviceOf } from '../sessions/login-state.js'
import type { RememberedFlow } from './connect.js'
import { flowBrowser } from './flow-browser.js'
import { type FlowSecrets, flowSecrets } from './flow-secrets.js'
import { type Linking, takeFlow } from './flows.js'
import { noteIdentityUsed, userOfIdentity } from './identities.js'
import { joinByProvider } from './join-by-provider.js'
import { type Comer, linkProvider } from './link-provider.js'
import { type OauthOutcome, type OauthRefusal, OauthRefused } from './outcome.js'
import { keepPending } from './pending-cookie.js'
import { providerNamed, redirectUri } from './provider/named-provider.js'
import { providerClient } from './provider/provider-client.js'
import { ProviderFailed } from './provider/provider-failed.js'
import type { Provider } from './provider/providers.js'

/** A login by a provider whose browser has come back. */
interface Returned {
  secrets: FlowSecrets
  remembered: RememberedFlow
  linking: Linking | null
}

/**
 * `GET /oauth/:provider/callback`: where a provider sends the browser back to. The state is used up first, whatever else is
 * wrong, and counts in the browser that got it alone, for this provider, for ten minutes.
 */
export function oauthCallback(kit: Kit): RequestHandler {
  const arrive = arriving(kit)
  const answer = answerOutcome(kit)
  const limit = loginParts(kit).limits.oauth

  return async (req: Request, res: Response) => {
    // The query holds the code: the next page must not learn the address.
    res.set('Referrer-Policy', 'no-referrer')
    const provider = providerNamed(kit, String(req.params.provider))
    const refused = await new Promise<unknown>((resolve) => void limit(req, res, resolve))
    const outcome = refused === undefined ? await ended(req, res, provider) : refusal('busy')
    answer(req, res, { provider, outcome })
  }

  async function ended(req: Request, res: Response, provider: Provider): Promise<OauthOutcome> {
    try {
      return await arrive(req, res, provider)
    } catch (error) {
      if (error instanceof OauthRefused) return refusal(error.why)
      if (!(error instanceof ProviderFailed)) kit.report(error, req)
      else {
        noteRefusal(kit, req, 'provider_refused')
        const { reason, kind } = error
        kit.log.warn({ provider: provider.name, reason }, 'a login by a provider failed')
        if (kind === 'away') return refusal('away')
      }
      return refusal('failed')
    }
  }
}

const refusal = (why: OauthRefused['why']): OauthOutcome => ({ kind: 'refused', why })

function arriving(kit: Kit): (req: Request, res: Response, provider: Provider) => Promise<OauthOutcome> {
  const client = providerClient(kit)
  const links = linkProvider(kit)
  const logIn = logInByProvider(kit)

  return async (req, res, provider) => {
    const callback = new URL(redirectUri(kit, provider))
    const [, query = ''] = targetOf(req).split('?', 2)
    callback.search = query
    const { secrets, remembered, linking } = await returned(req, provider, callback.searchParams)
    const arrived = await client.exchange(provider, callback, secrets)
    const comer = { provider: provider.name, arrived }
    if (!linking) return logIn(req, res, comer, remembered)
    await links.link(req, { linking, remembered }, comer)
    return { kind: 'linked' }
  }

  async function returned(req: Request, { name }: Provider, query: URLSearchParams): Promise<Returned> {
    const [state, ...more] = query.getAll('state')
    const browsers = flowBrowser(kit).all(req)
    const isComplete = state !== undefined && more.length === 0 && browsers.length > 0
    const flow = isComplete
      ? await takeFlow(kit.db, { state, browsers, provider: name, now: kit.clock.now() })
      : null
    if (!flow) {
      noteRefusal(kit, req, 'provider_refused')
      throw new OauthRefused('over')
    }
    const secrets = flowSecrets(flow.browser, state!)
    return { secrets, remembered: JSON.parse(secrets.open(flow.sealed)), linking: flow.linking }
  }
}

/**
 * Begins the login of the user whose account at the provider this is, or says that a second factor is due. A user who comes
 * for the first time is registered. The login is in cookies, in place of the one that the browser held.
 *
 * @throws OauthRefused
 */
function logInByProvider(
  kit: Kit,
): (req: Request, res: Response, comer: Comer, remembered: RememberedFlow) => Promise<OauthOutcome> {
  const { db, config, clock } = kit
  const { devices } = loginParts(kit)
  const join = joinByProvider(kit)
  const begin = beginLogin(kit)
  const give = givingLogin(kit)

  return async (req, res, comer, remembered) => {
    const { provider: by, arrived } = comer
    const { next, isShared } = remembered
    const user = (await userOfIdentity(db, arrived)) ?? (await join(req, { ...comer, remembered }))
    const account = await accountFor(req, user)
    await noteIdentityUsed(db, arrived, clock.now())
    await audit(db, kit, req, 'provider_used', user)
    // A user who has a password gives it before what needs a recent login: the provider may have let them in by a cookie.
    const needsPassword = account.passwordHash !== null
    const factor = await dueAfterProvider(kit, account, { by, isShared, needsPassword })
    if (factor) {
      await audit(db, kit, req, 'factor_due', user)
      return { kind: 'due', next, factor }
    }
    const refusal = () => new OauthRefused('failed')
    const device = devices.read(deviceOf(req))
    const how = { by, device, isShared, inCookie: true, needsPassword }
    const begun = await begin(req, account, { ...how, refusal })
    await give(req, res, 'form', begun)
    return { kind: 'in', next }
  }

  async function accountFor(req: Incoming, user: UserId): Promise<Account> {
    const account = await accountOf(db, config, user)
    if (account && !account.unverified) return account
    await audit(db, kit, req, account ? 'login_unverified' : 'provider_refused', user)
    throw new OauthRefused(account ? 'unverified' : 'failed')
  }
}

async function dueAfterProvider(kit: Kit, account: Account, how: FirstStep): Promise<FactorAnswer | null> {
  if (!kit.settings.AUTH_ENABLE_TOTP) return null
  const { factorDue } = await import('../factors/factor-due.js')
  return factorDue(kit, account, how)
}

/** For an app without pages. */
const CODES: Record<OauthRefusal, ProblemCode> = {
  failed: 'invalid_credentials',
  away: 'unavailable',
  over: 'invalid_request',
  exists: 'already_exists',
  closed: 'registration_closed',
  no_address: 'registration_closed',
  by_name: 'registration_closed',
  unverified: 'email_not_verified',
  taken: 'already_exists',
  other_login: 'authentication_required',
  busy: 'rate_limited',
}

interface Ended {
  provider: Provider
  outcome: OauthOutcome
}

/** Sends the browser on, with 303: to where it wanted to go, or to a page that says what was wrong. */
function answerOutcome(kit: Kit): (req: Request, res: Response, ended: Ended) => void {
  const { pages } = kit.at
  const hasPages = kit.has('client')
  const goOn = (res: ServerResponse & Response, path: string) => res.redirect(303, path)

  function refused(req: Request, res: Response, { name }: Provider, why: OauthRefusal): void {
    if (!hasPages) throw new Problem(CODES[why])
    const about = new URLSearchParams({ provider: name, outcome: why })
    const isIn = kit.userOf(req) !== null
    // Whose address has an account logs in to it first, and links the provider on the page of the account.
    if (why === 'exists') about.set('next', `${pages}/account`)
    goOn(res, `${pages}/${isIn ? 'account' : why === 'closed' ? 'register' : 'login'}?${about}`)
  }

  return (req, res, { provider, outcome }) => {
    switch (outcome.kind) {
      case 'in':
        goOn(res, outcome.next)
        return
      case 'due':
        if (!hasPages) return void res.json(outcome.factor)
        keepPending(kit, res, outcome.factor)
        goOn(res, `${pages}/oauth/code?next=${encodeURIComponent(outcome.next)}`)
        return
      case 'linked':
        if (hasPages) goOn(res, `${pages}/account?done=linked`)
        else res.status(204).end()
        return
      case 'refused':
        refused(req, res, provider, outcome.why)
    }
  }
}
