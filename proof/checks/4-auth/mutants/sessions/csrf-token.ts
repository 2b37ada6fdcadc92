import * as real from '../../../../../src/phases/4-auth/sessions/cookies/csrf-token.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/cookies/csrf-token.js', {
  /** No page or token counts as another user's. */
  noOtherUser: {
    csrfTokens: (secret) => ({ ...real.csrfTokens(secret), forWhom: () => null }),
  },
  /** One token fits every login. */
  oneForAll: {
    csrfTokens(secret) {
      const { of, matches } = real.csrfTokens(secret)
      return { of: () => of('', 0), matches: (_session, given) => matches('', given), forWhom: () => null }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
