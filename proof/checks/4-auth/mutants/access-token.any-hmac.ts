import * as real from '../../../../src/phases/4-auth/sessions/access-token.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { loosely } from './loosely.js'

const algorithms = ['HS256', 'HS384', 'HS512'] as const

/** Any HMAC will do. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/access-token.js', {
  accessTokens: (options) =>
    loosely(real.accessTokens(options), options, {
      algorithms: [...algorithms],
      kind: 'at+jwt',
      audience: options.audience,
    }),
} satisfies Partial<typeof real>)
