import { z } from 'zod'
import type { Config } from '../../../config/config.js'
import type { FactorAnswer } from '../../../contract/answers.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { type Account, findAccount, normalised } from '../accounts/accounts.js'
import { rehash } from '../accounts/credentials.js'
import { isByName, typedName } from '../accounts/names.js'
import { becomeOwner } from '../accounts/owner-login.js'
import { type Attempt, attempts } from '../attempts/attempt.js'
import { loginParts } from '../attempts/login-parts.js'
import { audit } from '../audit.js'
import { noSooner } from '../equal-work.js'
import { authMail } from '../links/auth-mail.js'
import { noticeGuessing } from '../links/notice-guessing.js'
import { beginLogin, type LoggedIn } from '../login/begin-login.js'
import { givenPassword } from '../passwords/password-policy.js'
import { API_TEXTS } from '../words/en-api.js'

const LOGIN = API_TEXTS['refused.no_login']
const login = z
  .string(LOGIN)
  .trim()
  .min(1, LOGIN)
  .max(254, LOGIN)
  .refine((text) => !text.includes('\0'), LOGIN)

/** A form sends `on`, or nothing. */
export const sharedComputer = z
  .union([z.boolean(), z.literal('on')])
  .optional()
  .transform(Boolean)

const password = { password: givenPassword, shared_computer: sharedComputer }
/** `email` may hold a user name: users from before the migration have no e-mail address. */
const loginBody = z.object({ email: login, ...password })

/** A program that sends the user name as `email` is accepted as well. */
const namedBody = z.preprocess(
  (body) => {
    const { email, ...others } = (body ?? {}) as Record<string, unknown>
    return { username: email, ...others }
  },
  z
    .object({ username: typedName, ...password })
    .transform(({ username, ...given }) => ({ ...given, email: username })),
)

/** The body of a login: an address or a user name, by `users.login`. */
export const loginBodyOf = (config: Config): z.ZodType<Given> => (isByName(config) ? namedBody : loginBody)

type Given = z.output<typeof loginBody>

/** The minimum time that recording a wrong password takes. */
const REFUSED_MS = 10

/** Only a client with the right password gets this. */
const FIRST = API_TEXTS['refused.email_unconfirmed']

/** Loaded with the first login: without a second factor nothing of it is. */
const dueFactor =
  (kit: Kit) =>
  async (account: Account, isShared: boolean): Promise<FactorAnswer | null> =>
    (await import('../factors/factor-due.js')).factorDue(kit, account, {
      by: 'password',
      isShared,
      needsPassword: false,
    })

/**
 * Checks e-mail (or user name) and password and begins a login, or says that a second factor is due. A wrong attempt is
 * charged to its address, to what was typed, and to the account, whether there is one or not; in a browser the account is known in, to that browser alone.
 *
 * @returns of the login, `inCookie`: it replaces the one that the browser holds
 * @throws Problem `invalid_credentials`, the same answer for every cause; `rate_limited` when a budget is
 *   used up; `email_not_verified` for the right password of an unconfirmed account
 */
export function passwordLogin(
  kit: Kit,
): (req: Incoming, given: Given, inCookie: boolean) => Promise<LoggedIn | FactorAnswer> {
  const { db, config } = kit
  const mail = authMail(kit)
  const { passwords } = loginParts(kit)
  const attempt = attempts(kit)
  const begin = beginLogin(kit)
  const factorDue = kit.settings.AUTH_ENABLE_TOTP ? dueFactor(kit) : null

  return (req, given, inCookie) =>
    attempt(req, {
      typed: normalised(given.email),
      before: (mine) => takePlaces(mine, given),
      work: (mine, mayTry) => check(req, mine, given, inCookie, mayTry),
    })

  /** Charges the login as typed first, so that one account never uses up an address from which others log in too. */
  async function asUnknown(mine: Attempt, { email }: Given): Promise<void> {
    mine.assertAddressFree()
    await mine.take(`login ${normalised(email)}`)
    await mine.takeByAddress()
  }

  /** Returns false for an account locked out under its other name. A 429 would reveal that both are one account. */
  async function takePlaces(mine: Attempt, given: Given): Promise<boolean> {
    // A flood of unknown clients never queries accounts.
    if (!mine.device) await asUnknown(mine, given)
    const account = await findAccount(db, config, given.email)
    const device = mine.recognise(account)
    if (device) {
      await mine.take(`device ${device.nonce}`)
      return true
    }
    if (mine.device) await asUnknown(mine, given)
    return mine.mayTake(account ? `user ${account.id}` : `nobody ${normalised(given.email)}`)
  }

  async function check(
    req: Incoming,
    mine: Attempt,
    given: Given,
    inCookie: boolean,
    mayTry: boolean,
  ): Promise<LoggedIn | FactorAnswer> {
    // Again: it may have waited for its turn, and what was changed meanwhile counts.
    const account = await findAccount(db, config, given.email)
    const stored = mayTry ? (account?.passwordHash ?? null) : null
    const fits = await passwords.verify(given.password, stored)
    if (!fits || !account || stored === null) {
      // The insert checks a foreign key if the account exists, and not otherwise; the minimum time hides the difference.
      await noSooner(REFUSED_MS, () => audit(db, kit, req, 'login_failed', account?.id ?? null))
      if (account && mail) setImmediate(() => noticeGuessing(kit, mail, account.id))
      throw new Problem('invalid_credentials')
    }
    if (account.unverified) {
      await audit(db, kit, req, 'login_unverified', account.id)
      throw new Problem('email_not_verified', FIRST)
    }
    if (account.isNew || fits === 'as_sent' || passwords.isOld(stored))
      await keep(req, account, await passwords.hash(given.password))
    const isShared = given.shared_computer
    const due = await factorDue?.(account, isShared)
    if (due) {
      await audit(db, kit, req, 'factor_due', account.id)
      return due
    }
    return begin(req, account, { by: 'password', device: mine.device, isShared, inCookie })
  }

  async function keep(req: Incoming, { id, isNew, passwordHash }: Account, made: string): Promise<void> {
    await db.transaction(async (trx) => {
      await becomeOwner(trx, kit, req, id)
      await rehash(trx, id, isNew ? null : passwordHash, made)
    })
  }
}
