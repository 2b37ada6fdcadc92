import type { z } from 'zod'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { type Account, accountOf } from '../accounts/accounts.js'
import { beginLogin, type LoggedIn } from '../login/begin-login.js'
import { API_TEXTS } from '../words/en-api.js'
import { codeAttempt } from './code-attempt.js'
import { factorParts } from './factor-parts.js'
import type { verifyBody } from './given-code.js'
import type { PendingLogin } from './pending-login.js'

const OVER = API_TEXTS['refused.factor_late']

/**
 * The second step of a login: a code, for what the login with the password, by a link or by a provider was answered.
 *
 * @throws Problem `authentication_required` where that is too old, or the password was changed since; `invalid_credentials`;
 * `rate_limited`
 */
export function secondStep(
  kit: Kit,
): (req: Incoming, given: z.output<typeof verifyBody>, inCookie: boolean) => Promise<LoggedIn> {
  const { db, config } = kit
  const attempt = codeAttempt(kit)
  const begin = beginLogin(kit)
  const { pending } = factorParts(kit)

  async function accountFor({ sub, epoch }: PendingLogin): Promise<Account> {
    const account = await accountOf(db, config, sub)
    if (!account || account.deviceEpoch !== epoch) throw isOver()
    return account
  }

  return async (req, { mfa_token, code }, inCookie) => {
    const login = pending.read(mfa_token)
    if (!login) throw isOver()
    return attempt(req, { code, account: () => accountFor(login) }, (account, { device }) =>
      begin(req, account, {
        by: login.by,
        device,
        isShared: login.isShared,
        inCookie,
        needsPassword: login.needsPassword,
        withFactor: true,
      }),
    )
  }
}

const isOver = () => new Problem('authentication_required', OVER)
