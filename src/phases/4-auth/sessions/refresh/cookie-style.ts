import type { ServerResponse } from 'node:http'
import type { TokenAnswer } from '../../../../contract/answers.js'
import type { Kit } from '../../../../core/kit.js'
import { refreshCookie, refreshTokenOf } from '../cookies/refresh-cookie.js'
import { loginOf } from '../login-state.js'
import type { CurrentLogin } from '../logins.js'
import { authParts } from '../parts.js'
import type { HeldLogin, TokenStyle } from '../token-style.js'
import { refreshParts } from './refresh-parts.js'
import { writeNext } from './refresh-row.js'
import { secondsLeft, shortAccess } from './short-access.js'

/**
 * Access tokens that live for minutes, and a refresh token in a cookie that no script reads. The access token
 * is in a cookie too, for pages and forms without script: after its expiry it still names its user.
 */
export function cookieStyle(kit: Kit): TokenStyle {
  const { csrf, cookies } = authParts(kit)
  const { tokens } = refreshParts(kit)
  const cookie = refreshCookie(kit)
  const access = shortAccess(kit)

  function give(res: ServerResponse, login: CurrentLogin): TokenAnswer {
    const answer = access(login)
    const seconds = login.isShared ? undefined : secondsLeft(kit, login)
    cookies.set(res, answer.access_token, csrf.of(login.id, login.user), seconds)
    cookie.set(res, tokens.sign(login), seconds)
    return answer
  }

  return {
    name: 'refresh',
    refresh: 'cookie',
    give,
    giveToPage: give,
    async renew(trx, req, login) {
      if (loginOf(req).cookieSession !== login.id) return login
      const rid = tokens.next(login.id, login.rid)
      const { rotated_at: at } = await writeNext(trx, kit, login.id, rid)
      return { ...login, rid, at }
    },
    giveRenewed: (req, res, login) =>
      loginOf(req).cookieSession === login.id ? give(res, login) : access(login),
    heldBy(req) {
      const token = refreshTokenOf(req)
      const found: (HeldLogin | null | undefined)[] = [
        token && tokens.verify(token),
        loginOf(req).former,
      ].map((one) => one || null)
      const held = found.filter((one) => one !== null && one !== undefined)
      return held.filter(({ sid }, at) => held.findIndex((one) => one.sid === sid) === at)
    },
    clear(res) {
      cookies.clear(res)
      cookie.clear(res)
    },
  }
}
