import type { Kit } from '../../../../core/kit.js'
import { jsonBody } from '../../answer.js'
import { bearerStyle } from '../bearer-style.js'
import { loginOf } from '../login-state.js'
import type { TokenStyle } from '../token-style.js'
import { refreshParts } from './refresh-parts.js'
import { shortAccess } from './short-access.js'

/** Access tokens that live for minutes, with a refresh token in the answer that gets the next one. */
export function bodyStyle(kit: Kit): TokenStyle {
  const access = shortAccess(kit)
  const refresh = refreshParts(kit).tokens
  // A page can keep a refresh token only in a cookie, so there the login cookie lasts as long as the login.
  const whole = bearerStyle(kit)
  const giveToPage: TokenStyle['giveToPage'] = (res, login) => {
    whole.giveToPage(res, login)
    return access(login)
  }

  return {
    name: 'refresh',
    refresh: 'body',
    give: (_res, login) => ({ ...access(login), refresh_token: refresh.sign(login) }),
    giveToPage,
    // The holder of the refresh token keeps it: only the access token changes.
    renew: async (_trx, _req, login) => login,
    giveRenewed(req, res, login) {
      return loginOf(req).cookieSession === login.id ? giveToPage(res, login) : access(login)
    },
    heldBy: whole.heldBy,
    async namedBy(req, res) {
      // An unreadable body names no login, and the logout still succeeds.
      const isRead = await new Promise<boolean>((done) =>
        jsonBody(req, res, (error?: unknown) => done(!error)),
      )
      const token: unknown = isRead ? req.body?.refresh_token : undefined
      return typeof token === 'string' ? refresh.verify(token) : null
    },
    clear: whole.clear,
  }
}
