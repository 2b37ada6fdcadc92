import type { Kit } from '../../../../core/kit.js'
import type { Incoming } from '../../../../express/handler.js'
import { cookieName, cookiePairs, cookieText } from '../credential.js'
import { loginOf } from '../login-state.js'
import { authParts } from '../parts.js'

/** Tells for which user a page was made, by the CSRF token that it sends. */
export interface PageToken {
  /** made for another user, whose page is still open in another tab */
  isForAnother(req: Incoming, token: string | undefined): boolean
  /** a sibling host planted a second cookie of this name, and the page read that one */
  isPlanted(req: Incoming, token: string): boolean
}

export function pageToken(kit: Kit): PageToken {
  const { csrf, cookies } = authParts(kit)
  return {
    isForAnother(req, token) {
      const person = kit.userOf(req)
      if (!person || loginOf(req).cookieSession === null) return false
      const user = csrf.forWhom(token)
      return user !== null && user !== String(person.id)
    },
    isPlanted(req, token) {
      const session = loginOf(req).cookieSession
      const values = cookiePairs(req)
        .filter((pair) => cookieName(pair) === cookies.csrf)
        .map(cookieText)
      return (
        values.length > 1 && values.includes(token) && values.some((value) => csrf.matches(session!, value))
      )
    },
  }
}
