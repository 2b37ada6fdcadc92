import jwt from 'jsonwebtoken'
import type {
  AccessTokenOptions,
  AccessTokens,
} from '../../../../../src/phases/4-auth/sessions/access-token.js'
import * as real from '../../../../../src/phases/4-auth/sessions/access-token.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/access-token.js', {
  /** The audience is not verified. */
  anyAudience: {
    accessTokens: (options) =>
      loosely(real.accessTokens(options), options, { algorithms: ['HS256'], kind: 'at+jwt' }),
  },
  /** Accepts any HMAC. */
  anyHmac: {
    accessTokens: (options) =>
      loosely(real.accessTokens(options), options, {
        algorithms: ['HS256', 'HS384', 'HS512'],
        kind: 'at+jwt',
        audience: options.audience,
      }),
  },
  /** The kind is not verified. */
  anyKind: {
    accessTokens: (options) =>
      loosely(real.accessTokens(options), options, { algorithms: ['HS256'], audience: options.audience }),
  },
} satisfies Record<string, Partial<typeof real>>)

/** The properties that a token must still have; a property that is left out is not verified. */
interface Asked {
  algorithms: jwt.Algorithm[]
  kind?: string
  audience?: string
}

/** Accepts, in addition to what `made` accepts, tokens that have only the given properties. */
function loosely(
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
