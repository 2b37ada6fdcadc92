import type { TokenAnswer } from '../../../contract/answers.js'
import type { Kit } from '../../../core/kit.js'
import { loginOf } from './login-state.js'
import { authParts } from './parts.js'
import type { TokenStyle } from './token-style.js'

/** One token per login, in the answer and in the cookie: it lasts as long as the login. */
export function bearerStyle(kit: Kit): TokenStyle {
  const { tokens, csrf, cookies } = authParts(kit)

  const give: TokenStyle['give'] = (res, login) => {
    const { answer, seconds } = signed(login)
    cookies.set(res, answer.access_token, csrf.of(login.id, login.user), seconds)
    return answer
  }

  function signed({ id, user, at, end, isShared }: Parameters<typeof give>[1]) {
    const left = Math.max(1, Math.floor((end.getTime() - at.getTime()) / 1000))
    const { token, expiresIn } = tokens.sign(user, id, left)
    const answer: TokenAnswer = { access_token: token, token_type: 'Bearer', expires_in: expiresIn }
    return { answer, seconds: isShared ? undefined : expiresIn }
  }

  return {
    name: 'bearer',
    refresh: null,
    give,
    giveToPage: give,
    renew: async (_trx, _req, login) => login,
    giveRenewed: (req, res, login) =>
      loginOf(req).cookieSession === login.id ? give(res, login) : signed(login).answer,
    heldBy(req) {
      // The header decides for the request: the cookie next to it may hold another login of the same user.
      const { cookieSession: sid, former } = loginOf(req)
      const sub = former?.sub ?? kit.userOf(req)?.id
      return sid === null || sub === undefined ? [] : [{ sid, sub: String(sub) }]
    },
    clear: cookies.clear,
  }
}
