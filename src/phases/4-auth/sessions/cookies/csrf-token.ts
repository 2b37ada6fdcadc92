import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { UserId } from '../../../../core/context.js'

export interface CsrfTokens {
  of(session: string, user: UserId): string
  matches(session: string, given: string | undefined): boolean
  /** the id of the user it was made for, in any login; null: usertwo did not make it */
  forWhom(given: string | undefined): string | null
}

/** The lengths of an HMAC in base64url: whole, and cut to 128 bits. */
const WHOLE = 43
const SHORT = 22

/**
 * Makes and verifies CSRF tokens. A token is an HMAC of the login's session, so a value planted by a sibling
 * domain, another user's, or one from before the login does not match (ASVS 3.5.1). The user's id follows,
 * signed as well: this distinguishes a page made for another user from a forged token.
 */
export function csrfTokens(secret: string): CsrfTokens {
  // A separate key: the one that signs tokens is used for nothing else.
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'usertwo csrf', 32))
  const signed = (text: string) => createHmac('sha256', key).update(text).digest('base64url')
  const ofUser = (name: string) => signed(`for ${name}`).slice(0, SHORT)
  return {
    of: (session, user) => {
      const name = Buffer.from(String(user)).toString('base64url')
      return signed(session) + ofUser(name) + name
    },
    // A matching session needs no second proof; a token of an earlier version ends there.
    matches: (session, given) => typeof given === 'string' && isSame(signed(session), given.slice(0, WHOLE)),
    forWhom(given) {
      if (typeof given !== 'string' || given.length <= WHOLE + SHORT) return null
      const name = given.slice(WHOLE + SHORT)
      if (!isSame(ofUser(name), given.slice(WHOLE, WHOLE + SHORT))) return null
      return Buffer.from(name, 'base64url').toString()
    },
  }
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
