import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { type Account, accountOf } from '../accounts/accounts.js'
import { attempts } from '../attempts/attempt.js'
import { loginParts } from '../attempts/login-parts.js'
import { audit } from '../audit.js'
import { API_TEXTS } from '../words/en-api.js'

interface Asked {
  user: UserId
  password: string
  /** the field it was typed in, for the answer to a wrong one */
  field: string
}

/**
 * Verifies the current user's password, within the budgets of logins, and if it is right does the work in the
 * same slot of the queue.
 *
 * @throws Problem `invalid_credentials`; `rate_limited` when a budget is used up
 */
export function ownPassword(
  kit: Kit,
): <Made>(req: Incoming, asked: Asked, work: (account: Account) => Promise<Made>) => Promise<Made> {
  const { db, config } = kit
  const { passwords } = loginParts(kit)
  const attempt = attempts(kit)

  return (req, { user, password, field }, work) =>
    attempt(req, {
      before: async (mine) => mine.takeFor(await accountOf(db, config, user), `user ${user}`),
      async work() {
        const account = await accountOf(db, config, user)
        if (!(await passwords.verify(password, account?.passwordHash ?? null)) || !account) {
          await audit(db, kit, req, 'reauth_failed', user)
          throw wrongPassword(field)
        }
        return work(account)
      },
    })
}

const WRONG = API_TEXTS['refused.password_wrong']

export const wrongPassword = (field: string) =>
  new Problem('invalid_credentials', WRONG, { errors: [{ field, message: WRONG }] })
