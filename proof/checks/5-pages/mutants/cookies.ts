import * as real from '../../../../src/phases/4-auth/sessions/cookies/cookies.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/cookies/cookies.js', {
  /** A login leaves no cookie. */
  unset: {
    cookies: (settings) => ({ ...real.cookies(settings), set() {} }),
  },
} satisfies Record<string, Partial<typeof real>>)
