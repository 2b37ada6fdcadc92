import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { type Account, accountOf } from '../accounts/accounts.js'
import { signedIn } from '../sessions/signed-in.js'
import { API_TEXTS } from '../words/en-api.js'
import { codeAttempt } from './code-attempt.js'
import { provedWithin } from './factor-proof.js'
import type { GivenCode } from './given-code.js'
import { refusedCode } from './given-code.js'
import { hasTotp } from './totp-rows.js'

const CODE_DUE = API_TEXTS['refused.factor_code_due']

/** Requests whose user has proved the factor they have: a code counts once, so one request needs one at most. */
const proved = new WeakSet<Incoming>()

export interface ProveAgain {
  /**
   * Requires a code of the current user who has a second factor; others need none.
   *
   * @returns whether one was proved
   * @throws Problem as `codeAttempt`
   */
  ifDue(req: Incoming, code: GivenCode | undefined): Promise<boolean>
  /**
   * Requires the same, unless a factor was proved in this login within AUTH_REAUTH_MINUTES.
   *
   * @returns whether a code was proved now
   * @throws Problem the same
   */
  ifNotRecent(req: Incoming, code: GivenCode | undefined): Promise<boolean>
  /** Whether `ifNotRecent` requires a code. */
  isDue(req: Incoming): Promise<boolean>
  /** Does the work once the current user has proved the factor they have. @throws Problem the same */
  before<Made>(req: Incoming, code: GivenCode, work: (user: UserId) => Promise<Made>): Promise<Made>
}

/** Lets a user who is logged in prove their second factor again. */
export function proveAgain(kit: Kit): ProveAgain {
  const attempt = codeAttempt(kit)
  const before: ProveAgain['before'] = (req, code, work) => {
    const { id } = signedIn(kit, req)
    if (proved.has(req)) return work(id)
    return attempt(req, { code, account: () => accountFor(kit, id) }, (account) => work(account.id))
  }
  const ifDue: ProveAgain['ifDue'] = async (req, code) => {
    if (!(await hasTotp(kit.db, signedIn(kit, req).id))) return false
    if (!code) throw refusedCode(CODE_DUE)
    await before(req, code, async () => {})
    proved.add(req)
    return true
  }
  const isRecent = (req: Incoming) => provedWithin(kit, req, kit.settings.AUTH_REAUTH_MINUTES)
  return {
    before,
    ifDue,
    ifNotRecent: async (req, code) => !(await isRecent(req)) && (await ifDue(req, code)),
    isDue: async (req) => !(await isRecent(req)) && (await hasTotp(kit.db, signedIn(kit, req).id)),
  }
}

async function accountFor({ db, config }: Kit, user: UserId): Promise<Account> {
  const account = await accountOf(db, config, user)
  if (!account) throw new Problem('authentication_required')
  return account
}
