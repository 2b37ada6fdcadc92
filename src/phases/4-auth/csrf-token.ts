import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

export interface CsrfTokens {
  of(session: string): string
  matches(session: string, given: string | undefined): boolean
}

/**
 * CSRF tokens are an HMAC of the login's session: a value planted by a sibling domain, another person's, or one
 * from before the login does not fit (ASVS 3.5.1).
 */
export function csrfTokens(secret: string): CsrfTokens {
  // A key of its own: what signs tokens is used for nothing else.
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'usertwo csrf', 32))
  const of = (session: string) => createHmac('sha256', key).update(session).digest('base64url')
  return {
    of,
    matches(session, given) {
      if (typeof given !== 'string') return false
      const expected = Buffer.from(of(session))
      const actual = Buffer.from(given)
      return actual.length === expected.length && timingSafeEqual(actual, expected)
    },
  }
}
