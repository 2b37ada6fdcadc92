import * as real from '../../../../src/phases/4-auth/sessions/cookies/cookies.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** A login leaves no cookie. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/cookies/cookies.js', {
  cookies: (settings) => ({ ...real.cookies(settings), set() {} }),
} satisfies Partial<typeof real>)
