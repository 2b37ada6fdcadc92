import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { headerOf } from '../../../express/handler.js'
import { tellApp } from '../accounts/hooks.js'
import { audit } from '../audit.js'
import { isUnder } from '../mount.js'
import { aliveLogins } from './alive-logins.js'
import { deliveryOf, type HeldLogin } from './delivery.js'
import { loginOf } from './login-state.js'
import { logins } from './logins.js'
import { authParts } from './parts.js'
import { untilForgotten } from './until-forgotten.js'

/** Without "cookies": those are shared with every other app of the domain, and usertwo's are cleared by name. */
const LEFT_BEHIND = '"cache", "storage"'

/**
 * Ends the login of a request and clears its cookies. An ended login, or none at all, is not an error, so
 * that no browser is caught in a loop of 401s. Also clears what pages stored in the browser (ASVS 14.3.1), so
 * that the next user does not find it.
 */
export function logoutOf(kit: Kit): (req: Request, res: Response) => Promise<void> {
  const { csrf } = authParts(kit)
  const { end: endLogin, revoke } = logins(kit)
  return async (req, res) => {
    const { claims } = loginOf(req)
    const person = kit.userOf(req)
    if (claims && person) {
      await revoke(claims, person.id)
      await audit(kit.db, kit, req, 'logout', person.id)
      tellApp(kit, 'onLogout', person.id)
    }
    const delivery = await deliveryOf(kit)
    const named = await delivery.namedBy?.(req, res)
    if (named && named.sid !== claims?.sid) await end(req, named)
    for (const held of delivery.heldBy(req))
      if (held.sid !== claims?.sid) await endHeld(req, held, claims === null)
    // Also when the login had already ended: the logout that ended it may still be waiting.
    await untilForgotten(kit, person?.id)
    delivery.clear(res)
    res.setHeader('Clear-Site-Data', LEFT_BEHIND)
  }

  /** Ends a login that only a cookie names. The browser sent it by itself, so the API requires the CSRF token. */
  async function endHeld(req: Request, held: HeldLogin, isAll: boolean): Promise<void> {
    const { sid } = held
    if (!(await aliveLogins(kit, [sid])).has(sid)) return
    const isProved = csrf.matches(sid, headerOf(req, 'x-csrf-token'))
    if (isProved || !isUnder(req, kit.config.auth.mount)) return end(req, held)
    if (isAll) throw new Problem('csrf_failed')
  }

  async function end(req: Request, { sid, sub }: HeldLogin): Promise<void> {
    if (!(await endLogin(sub, sid))) return
    await audit(kit.db, kit, req, 'logout', sub)
    tellApp(kit, 'onLogout', sub)
  }
}
