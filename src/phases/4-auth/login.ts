import { z } from 'zod'
import type { UserId } from '../../core/context.js'
import type { Kit } from '../../core/kit.js'
import { Problem } from '../../core/problem.js'
import type { Incoming } from '../../express/handler.js'
import { type Account, findAccount, rehash } from './accounts.js'
import { audit } from './audit.js'
import { inTurn } from './in-turn.js'
import { becomeOwner } from './owner-login.js'
import { authParts } from './parts.js'
import { givenPassword } from './password-policy.js'
import { QUEUE, THREADS, tooManyAtOnce } from './passwords.js'

const LOGIN = 'Give an e-mail address or a user name.'
const login = z
  .string(LOGIN)
  .trim()
  .min(1, LOGIN)
  .max(254, LOGIN)
  .refine((text) => !text.includes('\0'), LOGIN)

/** `email` may hold a user name: people from before the migration had no e-mail address. */
export const loginBody = z.object({ email: login, password: givenPassword })

export interface LoggedIn {
  token: string
  csrfToken: string
  expiresIn: number
}

/**
 * Checks e-mail (or user name) and password and begins a login.
 *
 * @throws Problem `invalid_credentials`, one answer for every cause; `rate_limited` from the sixth attempt a minute
 */
export function passwordLogin(
  kit: Kit,
): (req: Incoming, given: z.output<typeof loginBody>) => Promise<LoggedIn> {
  const { db, config } = kit
  const { failures, passwords, logins, tokens, csrf } = authParts(kit)

  // One more than are hashed at once looks its account up meanwhile: a storm of them would stand in the way of every other query.
  const turn = inTurn(THREADS + 1, QUEUE, tooManyAtOnce)

  return (req, given) => turn(() => check(req, given))

  async function check(req: Incoming, given: z.output<typeof loginBody>): Promise<LoggedIn> {
    const account = await findAccount(db, config, given.email)
    // By id, so that e-mail and user name share one budget; an unknown login has one just like it.
    const budget = account ? `user ${account.id}` : `login ${given.email.toLowerCase()}`
    await failures.attempt(budget)
    const stored = account?.passwordHash ?? null
    if (!(await passwords.verify(given.password, stored)) || !account || stored === null) {
      await audit(db, kit, req, 'login_failed', account?.id ?? null)
      throw new Problem('invalid_credentials')
    }
    await failures.forgive(budget)
    if (passwords.isOld(stored)) await keep(req, account, await passwords.hash(given.password))
    return begin(req, account.id)
  }

  async function keep(req: Incoming, { id, isNew, passwordHash }: Account, made: string): Promise<void> {
    await db.transaction(async (trx) => {
      await becomeOwner(trx, kit, req, id)
      await rehash(trx, id, isNew ? null : passwordHash, made)
    })
  }

  async function begin(req: Incoming, user: UserId): Promise<LoggedIn> {
    const session = await logins.open(db, user, req, kit.settings.JWT_EXPIRES_DAYS * 86_400)
    const { token, expiresIn } = tokens.sign(user, session)
    await audit(db, kit, req, 'login', user)
    return { token, csrfToken: csrf.of(session), expiresIn }
  }
}
