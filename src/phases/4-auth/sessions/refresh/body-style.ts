import type { Kit } from '../../../../core/kit.js'
import { jsonBody } from '../../answer.js'
import { bearerStyle } from '../bearer-style.js'
import { loginOf } from '../login-state.js'
import type { TokenStyle } from '../token-style.js'
import { refreshParts } from './refresh-parts.js'
import { shortAccess } from './short-access.js'

/** Access tokens that live for minutes, and a refresh token in the answer that makes the next. */
export function bodyStyle(kit: Kit): TokenStyle {
  const access = shortAccess(kit)
  const refresh = refreshParts(kit).tokens
  // A page has nowhere to keep a refresh token but a cookie: the login cookie is as good as the login there.
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
    // Whose refresh token it is has it still: only the access token is another.
    renew: async (_trx, _req, login) => login,
    giveRenewed(req, res, login) {
      return loginOf(req).cookieSession === login.id ? giveToPage(res, login) : access(login)
    },
    heldBy: whole.heldBy,
    async namedBy(req, res) {
      // Whoever wants out gets out: what cannot be read names no login.
      const isRead = await new Promise<boolean>((done) =>
        jsonBody(req, res, (error?: unknown) => done(!error)),
      )
      const token: unknown = isRead ? req.body?.refresh_token : undefined
      return typeof token === 'string' ? refresh.verify(token) : null
    },
    clear: whole.clear,
  }
}
