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
/** `email` may hold a user name: people from before the migration had no e-mail address. */
const loginBody = z.object({ email: login, ...password })

/** A program that sends the user name as `email` is understood as well. */
const namedBody = z.preprocess(
  (body) => {
    const { email, ...others } = (body ?? {}) as Record<string, unknown>
    return { username: email, ...others }
  },
  z
    .object({ username: typedName, ...password })
    .transform(({ username, ...given }) => ({ ...given, email: username })),
)

/** What a login holds: an address or a user name, by `users.login`. */
export const loginBodyOf = (config: Config): z.ZodType<Given> => (isByName(config) ? namedBody : loginBody)

/** How long a login on a shared computer lasts at most: a day's work. */
const SHARED_SECONDS = 8 * 3_600

type Given = z.output<typeof loginBody>

/** How long it takes at least to note a wrong password. */
const REFUSED_MS = 10

/** Only who knows the password gets to read it. */
const FIRST = 'Confirm your address first: open the link in the mail we sent to it, or ask for another.'

export interface LoggedIn {
  login: CurrentLogin
  csrfToken: string
  /** what their browser is known by from now on; null: it is shared, and forgets the login when it is closed */
  device: string | null
}

/**
 * Checks e-mail (or user name) and password and begins a login. A wrong attempt is charged to its address, to what was
 * typed, and to the account, whether there is one or not; in a browser the account is known in, to that browser alone.
 *
 * @returns of the login, `inCookie`: it takes the place of the one that the browser holds
 * @throws Problem `invalid_credentials`, one answer for every cause; `rate_limited` where a budget is used up;
 * `email_not_verified` to the right password of an account that is not confirmed
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

  /** First what was typed, so that one account never takes all places of an address that others log in from too. */
  async function asStranger(mine: Attempt, { email }: Given): Promise<void> {
    mine.assertAddressFree()
    await mine.take(`login ${normalised(email)}`)
    await mine.takeByAddress()
  }

  /**
   * False: of an account whose budget is used up under another of its names every password is wrong. A refusal would tell
   * that the two are one.
   */
  async function takePlaces(mine: Attempt, given: Given): Promise<boolean> {
    // A flood of unknown clients asks for no account.
    if (!mine.device) await asStranger(mine, given)
    const account = await findAccount(db, config, given.email)
    const device = mine.recognise(account)
    if (device) {
      await mine.take(`device ${device.nonce}`)
      return true
    }
    if (mine.device) await asStranger(mine, given)
    return mine.mayTake(account ? `user ${account.id}` : `nobody ${normalised(given.email)}`)
  }

  async function check(
    req: Incoming,
    mine: Attempt,
    given: Given,
    inCookie: boolean,
    mayTry: boolean,
  ): Promise<LoggedIn> {
    // Again: it may have waited for its turn, and what was changed meanwhile counts.
    const account = await findAccount(db, config, given.email)
    const stored = mayTry ? (account?.passwordHash ?? null) : null
    const fits = await passwords.verify(given.password, stored)
    if (!fits || !account || stored === null) {
      // A row of somebody's asks the users table for them, and one of nobody's does not.
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

  /** The cookie is about to be another one: nobody could end the login that it held (ASVS 7.2.4). */
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
