import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { headerOf } from '../../../express/handler.js'
import { tellApp } from '../accounts/hooks.js'
import { audit } from '../audit.js'
import { isUnder } from '../mount.js'
import { authParts } from '../parts.js'
import { aliveLogins } from './alive-logins.js'
import { untilForgotten } from './kept-logins.js'
import { loginParts } from './login-parts.js'
import { loginOf } from './login-state.js'
import { type HeldLogin, tokenStyle } from './token-style.js'

/** Cookies are not among them: they are shared with every other app of the domain, and ours are cleared by name. */
const LEFT_BEHIND = '"cache", "storage"'

/**
 * Ends the login a request came with and clears its cookies. Whoever wants out gets out: a login that is over,
 * or none at all, is no error, so that nobody is caught in a loop of 401s. What pages have kept in the browser is
 * cleared too (ASVS 14.3.1): whoever logs in next is not to find it.
 */
export function logoutOf(kit: Kit): (req: Request, res: Response) => Promise<void> {
  const { csrf } = authParts(kit)
  const { logins } = loginParts(kit)
  return async (req, res) => {
    const { claims } = loginOf(req)
    const person = kit.userOf(req)
    if (claims && person) {
      await logins.revoke(claims, person.id)
      await audit(kit.db, kit, req, 'logout', person.id)
      tellApp(kit, 'onLogout', person.id)
    }
    const style = await tokenStyle(kit)
    const named = await style.namedBy?.(req, res)
    if (named && named.sid !== claims?.sid) await end(req, named)
    for (const held of style.heldBy(req))
      if (held.sid !== claims?.sid) await endHeld(req, held, claims === null)
    // Also where it was over already: the logout that ended it may be waiting still.
    await untilForgotten(kit.config)
    style.clear(res)
    res.setHeader('Clear-Site-Data', LEFT_BEHIND)
  }

  /** One that the browser holds and no access token names: its cookie has come by itself, so the API asks for the CSRF token. */
  async function endHeld(req: Request, held: HeldLogin, isAll: boolean): Promise<void> {
    const { sid } = held
    if (!(await aliveLogins(kit, [sid])).has(sid)) return
    const isProved = csrf.matches(sid, headerOf(req, 'x-csrf-token'))
    if (isProved || !isUnder(req, kit.config.auth.mount)) return end(req, held)
    if (isAll) throw new Problem('csrf_failed')
  }

  async function end(req: Request, { sid, sub }: HeldLogin): Promise<void> {
    if (!(await logins.end(sub, sid))) return
    await audit(kit.db, kit, req, 'logout', sub)
    tellApp(kit, 'onLogout', sub)
  }
}
