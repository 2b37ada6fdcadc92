import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../../4-auth/cookies/cookies.js'

/** A login leaves no cookie. */
export default replacing(import.meta.url, '../../../4-auth/cookies/cookies.js', {
  cookies: (settings) => ({ ...real.cookies(settings), set() {} }),
} satisfies Partial<typeof real>)
