import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../cookies/csrf-token.js'

/** One token fits every login. */
export default replacing(import.meta.url, '../../cookies/csrf-token.js', {
  csrfTokens(secret) {
    const { of, matches } = real.csrfTokens(secret)
    return { of: () => of('', 0), matches: (_session, given) => matches('', given), forWhom: () => null }
  },
} satisfies Partial<typeof real>)
