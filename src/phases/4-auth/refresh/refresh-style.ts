import type { Kit } from '../../../core/kit.js'
import { bearerStyle } from '../bearer-style.js'
import { loginOf } from '../login-state.js'
import type { CurrentLogin } from '../logins.js'
import { authParts } from '../parts.js'
import type { TokenAnswer, TokenStyle } from '../token-style.js'
import { refreshParts } from './refresh-parts.js'

/** Access tokens that live for minutes, and a refresh token in the answer that makes the next. */
export function refreshStyle(kit: Kit): TokenStyle {
  const { settings, clock } = kit
  const { tokens } = authParts(kit)
  const refresh = refreshParts(kit).tokens
  // A page has nowhere to keep a refresh token but a cookie: the login cookie is as good as the login there.
  const { giveToPage } = bearerStyle(kit)

  function access({ user, id, end }: CurrentLogin): TokenAnswer {
    const left = Math.floor((end.getTime() - clock.now().getTime()) / 1000)
    const seconds = Math.max(1, Math.min(settings.ACCESS_TOKEN_MINUTES * 60, left))
    const { token, expiresIn } = tokens.sign(user, id, seconds)
    return { access_token: token, token_type: 'Bearer', expires_in: expiresIn }
  }

  return {
    name: 'refresh',
    refresh: 'body',
    give: (_res, login) => ({ ...access(login), refresh_token: refresh.sign(login) }),
    giveToPage,
    // Whose refresh token it is has it still: only the access token is another.
    renew: async (_trx, login) => login,
    giveRenewed(req, res, login) {
      if (loginOf(req).cookieSession === login.id) giveToPage(res, login)
      return access(login)
    },
  }
}
