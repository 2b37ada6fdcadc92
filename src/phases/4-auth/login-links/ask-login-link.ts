import type { ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import type { Outbox } from '../../../mail/outbox.js'
import { type Account, findAccount } from '../accounts/accounts.js'
import { isKnownTo } from '../attempts/known-devices.js'
import { loginParts } from '../attempts/login-parts.js'
import { audit } from '../audit.js'
import { noSooner } from '../equal-work.js'
import { ASKED_MS, putOnce } from '../links/ask-for-mail.js'
import { authMail } from '../links/auth-mail.js'
import { noteLoginLink } from '../links/login-link-rows.js'
import { nextPath } from '../next-path.js'
import { isKnownHash } from '../passwords/password-formats.js'
import { deviceOf } from '../sessions/login-state.js'
import { rememberAsking, secretOfAsking } from './asking-browser.js'
import type { askLinkBody } from './login-link-bodies.js'

/** A second request sooner than this mails nothing. ms */
const REST_MS = 60_000

/**
 * Has a link that logs in mailed to an account's stored address, and binds it to the browser that asks, by a cookie. Neither
 * answer nor work reveals whether the account exists.
 */
export function askLoginLink(
  kit: Kit,
): (req: Incoming, res: ServerResponse, given: z.output<typeof askLinkBody>) => Promise<void> {
  const { db, clock, config } = kit
  const { devices } = loginParts(kit)
  const mail = authMail(kit)

  return async (req, res, { email, next }) => {
    if (!mail) throw new Problem('not_found')
    const secret = secretOfAsking(kit, req)
    await noSooner(ASKED_MS, () => note(req, mail, email, secret))
    rememberAsking(kit, res, { secret, next: nextPath(next, kit.at) })
    mail.hurry()
  }

  async function note(req: Incoming, mail: Outbox, email: string, browser: string): Promise<void> {
    const account = await findAccount(db, config, email)
    const user = account && mayLogIn(account) ? account.id : null
    await db.transaction(async (trx) => {
      // Of simultaneous requests the later ones see the mail of the first.
      await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`usertwo.mail ${email}`])
      const due = { kind: kindFor(req, account), user, req, rest: REST_MS }
      await putOnce(trx, kit, mail, due, (inner, recipient) =>
        noteLoginLink(inner, clock, { user: recipient, email, browser }),
      )
      await audit(trx, kit, req, 'login_link_asked', user)
    })
  }

  /** A link replaces the password, and never the claim: the owner logs in with the password first. */
  function mayLogIn({ id, passwordHash, isNew }: Account): boolean {
    if (!isNew) return true
    return isKnownHash(passwordHash) && String(id) !== String(config.owner.id)
  }

  /** Requests from elsewhere, however many, never use up the mails for a browser that the account knows. */
  function kindFor(req: Incoming, account: Account | null): string {
    const device = devices.read(deviceOf(req))
    return device && isKnownTo(device, account) ? 'login_link_known' : 'login_link'
  }
}
