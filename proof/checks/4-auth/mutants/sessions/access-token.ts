import * as real from '../../../../../src/phases/4-auth/sessions/access-token.js'
import { replacing } from '../../../../gate/replace/replacing.js'
import { loosely } from './loosely.js'

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
