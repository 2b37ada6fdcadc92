import jwt from 'jsonwebtoken'
import type {
  AccessTokenOptions,
  AccessTokens,
} from '../../../../../src/phases/4-auth/sessions/access-token.js'

/** What a token must still show; what is left out is not looked at. */
interface Asked {
  algorithms: jwt.Algorithm[]
  kind?: string
  audience?: string
}

/** Believes, beside what `made` does, tokens that show no more than is asked. */
export function loosely(
  made: AccessTokens,
  options: AccessTokenOptions,
  { algorithms, kind, audience }: Asked,
): AccessTokens {
  return {
    ...made,
    verify(token) {
      const good = made.verify(token)
      if (good) return good
      try {
        const how = { algorithms, issuer: options.issuer, audience, complete: true } as const
        const clockTimestamp = Math.floor(options.clock.now().getTime() / 1000)
        const key = options.keys().signing(clockTimestamp).verify
        const { header, payload } = jwt.verify(token, key, { ...how, clockTimestamp })
        if ((kind && header.typ !== kind) || typeof payload === 'string') return null
        const { sub = '', jti = '', sid, exp = 0 } = payload
        return { sub, jti, sid, exp }
      } catch {
        return null
      }
    },
  }
}
