import * as real from '../../../../src/phases/4-auth/sessions/cookies/csrf-token.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Nothing was made for another person. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/cookies/csrf-token.js', {
  csrfTokens: (secret) => ({ ...real.csrfTokens(secret), forWhom: () => null }),
} satisfies Partial<typeof real>)
