import * as real from '../../../../src/phases/4-auth/sessions/access-token.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { loosely } from './loosely.js'

/** The kind is not looked at. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/access-token.js', {
  accessTokens: (options) =>
    loosely(real.accessTokens(options), options, { algorithms: ['HS256'], audience: options.audience }),
} satisfies Partial<typeof real>)
