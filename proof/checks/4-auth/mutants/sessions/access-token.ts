import * as real from '../../../../../src/phases/4-auth/sessions/access-token.js'
import { replacing } from '../../../../gate/replace/replacing.js'
import { loosely } from './loosely.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/access-token.js', {
  /** The audience is not looked at. */
  anyAudience: {
    accessTokens: (options) =>
      loosely(real.accessTokens(options), options, { algorithms: ['HS256'], kind: 'at+jwt' }),
  },
  /** Any HMAC will do. */
  anyHmac: {
    accessTokens: (options) =>
      loosely(real.accessTokens(options), options, {
        algorithms: ['HS256', 'HS384', 'HS512'],
        kind: 'at+jwt',
        audience: options.audience,
      }),
  },
  /** The kind is not looked at. */
  anyKind: {
    accessTokens: (options) =>
      loosely(real.accessTokens(options), options, { algorithms: ['HS256'], audience: options.audience }),
  },
} satisfies Record<string, Partial<typeof real>>)
