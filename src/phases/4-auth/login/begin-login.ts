import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import type { Account } from '../accounts/accounts.js'
import { tellApp } from '../accounts/hooks.js'
import type { Device } from '../attempts/known-devices.js'
import { loginParts } from '../attempts/login-parts.js'
import { audit } from '../audit.js'
import { deliveryOf } from '../sessions/delivery.js'
import { loginOf } from '../sessions/login-state.js'
import { type CurrentLogin, logins } from '../sessions/logins.js'
import { authParts, longestLogin } from '../sessions/parts.js'
import { untilForgotten } from '../sessions/until-forgotten.js'

/** How long a login on a shared computer lasts at most: a day's work. */
const SHARED_SECONDS = 8 * 3_600

export interface LoggedIn {
  login: CurrentLogin
  csrfToken: string
  /** what their browser is known by from now on; null: it is shared, and forgets the login when it is closed */
  device: string | null
}

interface How {
  /** what the login was proved by: `password`, `link`, `passkey`, or the name of the provider */
  by: string
  /** the browser, where the account is known in it */
  device: Device | null
  isShared: boolean
  /** it takes the place of the login that the browser holds */
  inCookie: boolean
  /** the user has a password and did not give it, so the login is not recent; default: it is */
  needsPassword?: boolean
  /** a second factor was proved, or a passkey; default: none */
  withFactor?: boolean
  /** what is thrown where the account was disabled meanwhile, or got another password or a second factor; default: `invalid_credentials` */
  refusal?: () => Error
}

const wrong = () => new Problem('invalid_credentials')

/** Begins the login of a user who has proved everything that is due. */
export function beginLogin(kit: Kit): (req: Incoming, account: Account, how: How) => Promise<LoggedIn> {
  const { db, settings } = kit
  const { csrf } = authParts(kit)
  const { devices } = loginParts(kit)
  const { open, end, revoke } = logins(kit)

  return async (req, { id, deviceEpoch }, how) => {
    const {
      device: known,
      isShared,
      inCookie,
      needsPassword = false,
      withFactor = false,
      refusal = wrong,
    } = how
    if (inCookie) await endFormer(req)
    const seconds = isShared ? SHARED_SECONDS : longestLogin(settings)
    const opened = { seconds, isShared, withoutPassword: needsPassword, withFactor }
    const login = await open(db, id, req, opened)
    if (!(await isUnchanged(id, deviceEpoch)) || (!withFactor && (await hasFactorNow(kit, id)))) {
      await end(id, login.id)
      throw refusal()
    }
    await audit(db, kit, req, 'login', id, how.by)
    tellApp(kit, 'onLogin', id)
    const device = isShared ? null : devices.write(id, deviceEpoch, known)
    return { login, csrfToken: csrf.of(login.id, id), device }
  }

  /**
   * Whether the user is active, and has the password that they had when the account was read. What changes that ends every
   * login, and may not have seen the one that just began. The lock waits for such a change, which locks this row first.
   */
  async function isUnchanged(user: UserId, epoch: number): Promise<boolean> {
    const now: { device_epoch: number; is_active: boolean } | undefined = await db('usertwo.credentials')
      .where({ user_id: user })
      .forShare()
      .first('device_epoch', 'is_active')
    return (now?.is_active ?? true) && (now?.device_epoch ?? 0) === epoch
  }

  /** The cookie is about to be another one: without this no one could end the login that it held (ASVS 7.2.4). */
  async function endFormer(req: Incoming): Promise<void> {
    const { claims, cookieSession } = loginOf(req)
    const person = kit.userOf(req)
    if (!person || !claims || claims.sid !== cookieSession) return endHeld(req)
    await revoke(claims, person.id)
    await audit(db, kit, req, 'logout', person.id)
    await untilForgotten(kit, person.id)
  }

  async function endHeld(req: Incoming): Promise<void> {
    for (const { sid, sub } of (await deliveryOf(kit)).heldBy(req))
      if (await end(sub, sid)) await audit(db, kit, req, 'logout', sub)
  }
}

/**
 * Whether the user has a second factor by now. Its confirmation ends every login, and may not have seen the one that just
 * began. The row is locked before its secret is read: a condition on the secret would skip a row that is being confirmed.
 */
async function hasFactorNow({ db, settings }: Kit, user: UserId): Promise<boolean> {
  if (!settings.AUTH_ENABLE_TOTP) return false
  const now: { secret: string | null } | undefined = await db('usertwo.totp')
    .where({ user_id: user })
    .forShare()
    .first('secret')
  return (now?.secret ?? null) !== null
}
