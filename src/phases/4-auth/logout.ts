import type { Request, Response } from 'express'
import type { Kit } from '../../core/kit.js'
import { audit } from './audit.js'
import { tellApp } from './for-the-app/hooks.js'
import { untilForgotten } from './kept-logins.js'
import { loginParts } from './login-parts.js'
import { loginOf } from './login-state.js'
import { authParts } from './parts.js'

/** Cookies are not among them: they are shared with every other app of the domain, and ours are cleared by name. */
const LEFT_BEHIND = '"cache", "storage"'

/**
 * Ends the login a request came with and clears its cookies. Whoever wants out gets out: a login that is over,
 * or none at all, is no error, so that nobody is caught in a loop of 401s. What pages have kept in the browser is
 * cleared too (ASVS 14.3.1): whoever logs in next is not to find it.
 */
export function logoutOf(kit: Kit): (req: Request, res: Response) => Promise<void> {
  const { cookies } = authParts(kit)
  const { logins } = loginParts(kit)
  return async (req, res) => {
    const { claims } = loginOf(req)
    const person = kit.userOf(req)
    if (claims && person) {
      await logins.revoke(claims, person.id)
      await audit(kit.db, kit, req, 'logout', person.id)
      tellApp(kit, 'onLogout', person.id)
    }
    // Also where it was over already: the logout that ended it may be waiting still.
    await untilForgotten(kit.config)
    cookies.clear(res)
    res.setHeader('Clear-Site-Data', LEFT_BEHIND)
  }
}
