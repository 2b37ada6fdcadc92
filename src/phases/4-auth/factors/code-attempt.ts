import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import type { Account } from '../accounts/accounts.js'
import { type Attempt, attempts } from '../attempts/attempt.js'
import { audit } from '../audit.js'
import { API_TEXTS } from '../words/en-api.js'
import { factorParts } from './factor-parts.js'
import type { GivenCode } from './given-code.js'

interface Tried {
  code: GivenCode
  /** Looked up twice: before the attempt waits for its turn, and after. @throws Problem where the account is gone */
  account(): Promise<Account>
}

const WRONG = API_TEXTS['refused.factor_code_wrong']

export const wrongCode = () =>
  new Problem('invalid_credentials', WRONG, { errors: [{ field: 'code', message: WRONG }] })

/**
 * Lets a user try a code, within the budgets of passwords: a wrong one counts for the account, from wherever it was sent and
 * however many logins were begun for it, or in a known browser for that browser (ASVS 6.6.3).
 *
 * @throws Problem `invalid_credentials`; `rate_limited` where a budget is used up
 */
export function codeAttempt(
  kit: Kit,
): <Made>(
  req: Incoming,
  tried: Tried,
  work: (account: Account, mine: Attempt) => Promise<Made>,
) => Promise<Made> {
  const attempt = attempts(kit)
  const { useCode } = factorParts(kit)
  return (req, { code, account }, work) =>
    attempt(req, {
      before: async (mine) => {
        const theirs = await account()
        await mine.takeFor(theirs, `user ${theirs.id}`)
      },
      async work(mine) {
        const theirs = await account()
        if (!(await useCode(theirs.id, code))) {
          await audit(kit.db, kit, req, 'factor_failed', theirs.id)
          throw wrongCode()
        }
        if (code.kind === 'recovery_code') await audit(kit.db, kit, req, 'recovery_code_used', theirs.id)
        return work(theirs, mine)
      },
    })
}
