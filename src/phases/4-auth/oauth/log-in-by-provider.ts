import type { Request, Response } from 'express'
import type { FactorAnswer } from '../../../contract/answers.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { type Account, accountOf } from '../accounts/accounts.js'
import { loginParts } from '../attempts/login-parts.js'
import { audit } from '../audit.js'
import type { FirstStep } from '../factors/pending-login.js'
import { beginLogin } from '../login/begin-login.js'
import { givingLogin } from '../login/give-login.js'
import { deviceOf } from '../sessions/login-state.js'
import type { RememberedFlow } from './connect.js'
import { noteIdentityUsed, userOfIdentity } from './identities.js'
import { joinByProvider } from './join-by-provider.js'
import type { Comer } from './link-provider.js'
import { type OauthOutcome, OauthRefused } from './outcome.js'

/**
 * Begins the login of the user whose account at the provider this is, or says that a second factor is due. A user who comes
 * for the first time is registered. The login is in cookies, in place of the one that the browser held.
 *
 * @throws OauthRefused
 */
export function logInByProvider(
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
