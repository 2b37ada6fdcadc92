import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../logins/access-token.js'
import { loosely } from './loosely.js'

/** The kind is not looked at. */
export default replacing(import.meta.url, '../../logins/access-token.js', {
  accessTokens: (options) =>
    loosely(real.accessTokens(options), options, { algorithms: ['HS256'], audience: options.audience }),
} satisfies Partial<typeof real>)
