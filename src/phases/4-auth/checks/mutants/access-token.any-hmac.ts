import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../logins/access-token.js'
import { loosely } from './loosely.js'

const algorithms = ['HS256', 'HS384', 'HS512'] as const

/** Any HMAC will do. */
export default replacing(import.meta.url, '../../logins/access-token.js', {
  accessTokens: (options) =>
    loosely(real.accessTokens(options), options, {
      algorithms: [...algorithms],
      kind: 'at+jwt',
      audience: options.audience,
    }),
} satisfies Partial<typeof real>)
