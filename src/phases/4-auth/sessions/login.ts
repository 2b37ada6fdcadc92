import { z } from 'zod'
import type { Config } from '../../../config/config.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { type Account, findAccount, normalised } from '../accounts/accounts.js'
import { rehash } from '../accounts/credentials.js'
import { tellApp } from '../accounts/hooks.js'
import { isByName, typedName } from '../accounts/names.js'
import { audit } from '../audit.js'
import { authMail } from '../auth-mail.js'
import { noticeGuessing } from '../links/notice-guessing.js'
import { authParts, longestLogin } from '../parts.js'
import { givenPassword } from '../passwords/password-policy.js'
import { type Attempt, attempts } from '../throttle/attempts.js'
import type { Device } from '../throttle/known-devices.js'
import { noSooner } from '../throttle/no-sooner.js'
import { untilForgotten } from './kept-logins.js'
import { loginParts } from './login-parts.js'
import { loginOf } from './login-state.js'
import type { CurrentLogin } from './logins.js'
import { becomeOwner } from './owner-login.js'
import { tokenStyle } from './token-style.js'

const LOGIN = 'Give an e-mail address or a user name.'
const login = z
  .string(LOGIN)
  .trim()
  .min(1, LOGIN)
  .max(254, LOGIN)
  .refine((text) => !text.includes('\0'), LOGIN)

const password = {
  password: givenPassword,
  /** a form sends `on`, or nothing */
  shared_computer: z
    .union([z.boolean(), z.literal('on')])
    .optional()
    .transform(Boolean),
}
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

/** The longest life of a login on a shared computer: a day's work. */
const SHARED_SECONDS = 8 * 3_600

type Given = z.output<typeof loginBody>

/** The minimum time that recording a wrong password takes. */
const REFUSED_MS = 10

/** Only a client with the right password gets this. */
const FIRST = 'Confirm your address first: open the link in the mail we sent to it, or ask for another.'

export interface LoggedIn {
  login: CurrentLogin
  csrfToken: string
  /** the cookie that recognises the browser from now on; null: the browser is shared */
  device: string | null
}

/**
 * Verifies e-mail (or user name) and password and begins a login. A wrong attempt is charged to its address,
 * to the login as typed, and to the account, whether it exists or not. In a browser that the account knows,
 * it is charged to that browser alone.
 *
 * @returns of the login, `inCookie`: it replaces the one that the browser holds
 * @throws Problem `invalid_credentials`, the same answer for every cause; `rate_limited` when a budget is
 *   used up; `email_not_verified` for the right password of an unconfirmed account
 */
export function passwordLogin(
  kit: Kit,
): (req: Incoming, given: Given, inCookie: boolean) => Promise<LoggedIn> {
  const { db, config, settings } = kit
  const { csrf } = authParts(kit)
  const mail = authMail(kit)
  const { passwords, devices, logins } = loginParts(kit)
  const attempt = attempts(kit)

  return (req, given, inCookie) => {
    let mayTry = false
    return attempt(req, {
      typed: normalised(given.email),
      before: async (mine) => {
        mayTry = await takePlaces(mine, given)
      },
      work: (mine) => check(req, mine, given, inCookie, mayTry),
    })
  }

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
  ): Promise<LoggedIn> {
    // Reads the account again: the attempt may have waited in the queue, and changes in the meantime count.
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
    if (inCookie) await endFormer(req)
    return begin(req, account, mine.device, given.shared_computer)
  }

  async function keep(req: Incoming, { id, isNew, passwordHash }: Account, made: string): Promise<void> {
    await db.transaction(async (trx) => {
      await becomeOwner(trx, kit, req, id)
      await rehash(trx, id, isNew ? null : passwordHash, made)
    })
  }

  /** The cookie is about to be replaced, and its old login could not be ended afterwards (ASVS 7.2.4). */
  async function endFormer(req: Incoming): Promise<void> {
    const { claims, cookieSession } = loginOf(req)
    const person = kit.userOf(req)
    if (!person || !claims || claims.sid !== cookieSession) return endHeld(req)
    await logins.revoke(claims, person.id)
    await audit(db, kit, req, 'logout', person.id)
    await untilForgotten(config)
  }

  async function endHeld(req: Incoming): Promise<void> {
    for (const { sid, sub } of (await tokenStyle(kit)).heldBy(req))
      if (await logins.end(sub, sid)) await audit(db, kit, req, 'logout', sub)
  }

  async function begin(
    req: Incoming,
    { id, deviceEpoch }: Account,
    known: Device | null,
    isShared: boolean,
  ): Promise<LoggedIn> {
    const seconds = isShared ? SHARED_SECONDS : longestLogin(settings)
    const login = await logins.open(db, id, req, seconds, isShared)
    await audit(db, kit, req, 'login', id)
    tellApp(kit, 'onLogin', id)
    const device = isShared ? null : devices.write(id, deviceEpoch, known)
    return { login, csrfToken: csrf.of(login.id, id), device }
  }
}
