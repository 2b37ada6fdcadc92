import type { Knex } from 'knex'
import type { z } from 'zod'
import type { FactorAnswer } from '../../../contract/answers.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { type Account, accountOf } from '../accounts/accounts.js'
import { loginParts } from '../attempts/login-parts.js'
import { audit } from '../audit.js'
import { isAnyones, provedByLogin } from '../factors/first-proof.js'
import { endResets } from '../links/end-links.js'
import { findLoginLink, takeLoginLink } from '../links/login-link-rows.js'
import { linkIsOver } from '../links/one-time-token.js'
import { beginLogin, type LoggedIn } from '../login/begin-login.js'
import { deviceOf } from '../sessions/login-state.js'
import { untilForgotten } from '../sessions/until-forgotten.js'
import { askingBrowser } from './asking-browser.js'
import type { useLinkBody } from './login-link-bodies.js'
import { OtherBrowser } from './other-browser.js'

/** What such a login was proved by. */
const BY = 'link'

interface GivenLink {
  token: string
  user: UserId
}

export interface LoginLinks {
  /** Whether a link may be used in this browser; it stays valid. @throws Problem `invalid_request` */
  assertUsable(req: Incoming, token: string): Promise<void>
  /**
   * Uses up a link: begins a login of its user, or says that a second factor is due.
   *
   * @throws Problem `invalid_request`: the same for a link that is too old, used, withdrawn or wrong; {@link OtherBrowser}, which
   * leaves the link as it is
   */
  use(req: Incoming, given: z.output<typeof useLinkBody>, inCookie: boolean): Promise<LoggedIn | FactorAnswer>
}

const givenBy = (kit: Kit, req: Incoming, token: string) => ({
  token,
  browser: askingBrowser(kit, req)?.secret ?? null,
})

/** Handles the links that log in. */
export function loginLinks(kit: Kit): LoginLinks {
  const { db } = kit
  const { devices } = loginParts(kit)
  const begin = beginLogin(kit)

  return {
    async assertUsable(req, token) {
      await userOf(req, token)
    },

    async use(req, { token, shared_computer: isShared }, inCookie) {
      const user = await userOf(req, token)
      const given = { token, user }
      const isOpen = await isAnyones(db, user)
      const account = isOpen
        ? await db.transaction((trx) => takeOver(kit, trx, req, given))
        : await take(kit, db, req, given)
      if (isOpen) await untilForgotten(kit, user)
      else await noteVerified(kit, req, user)
      const due = await dueAfterLink(kit, account, isShared)
      if (due) {
        await audit(db, kit, req, 'factor_due', user)
        return due
      }
      const device = devices.read(deviceOf(req))
      const how = { by: BY, device, isShared, inCookie, needsPassword: true }
      return begin(req, account, { ...how, refusal: linkIsOver })
    },
  }

  async function userOf(req: Incoming, token: string): Promise<UserId> {
    const found = await findLoginLink(kit, givenBy(kit, req, token))
    if (!found) throw linkIsOver()
    if (!found.isHere) throw new OtherBrowser()
    return found.user
  }
}

/**
 * Uses up the link.
 *
 * @returns the account as read before that: what ends links and raises the epoch in between is noticed by one of the two
 */
async function take(kit: Kit, on: Knex, req: Incoming, { token, user }: GivenLink): Promise<Account> {
  const account = await accountOf(on, kit.config, user)
  if (!account) throw linkIsOver()
  if (!(await takeLoginLink({ ...kit, db: on }, givenBy(kit, req, token)))) throw linkIsOver()
  await audit(on, kit, req, 'login_link_used', user)
  return account
}

/** The same for an account that anyone may have made, whose earlier access it removes. @returns the account after that */
async function takeOver(kit: Kit, trx: Knex.Transaction, req: Incoming, given: GivenLink): Promise<Account> {
  await endResets(trx, given.user)
  await take(kit, trx, req, given)
  await provedByLogin(trx, kit, req, given.user)
  const account = await accountOf(trx, kit.config, given.user)
  if (!account) throw linkIsOver()
  return account
}

async function dueAfterLink(kit: Kit, account: Account, isShared: boolean): Promise<FactorAnswer | null> {
  if (!kit.settings.AUTH_ENABLE_TOTP) return null
  const { factorDue } = await import('../factors/factor-due.js')
  return factorDue(kit, account, { by: BY, isShared, needsPassword: true })
}

/** The link was mailed to the address, so it is the user's. */
async function noteVerified(kit: Kit, req: Incoming, user: UserId): Promise<void> {
  const { db } = kit
  const changed: unknown[] = await db('usertwo.credentials')
    .insert({ user_id: user, is_verified: true })
    .onConflict('user_id')
    .merge({ is_verified: true, updated_at: db.fn.now() })
    .whereRaw('not credentials.is_verified')
    .returning('user_id')
  if (changed.length > 0) await audit(db, kit, req, 'email_verified', user)
}
