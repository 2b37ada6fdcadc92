import * as real from '../../../../../src/phases/4-auth/oauth/provider/checks.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/oauth/provider/checks.js', {
  /** An ID token needs no nonce. */
  noNonce: {
    grantChecks: (checks, kind) => ({ ...real.grantChecks(checks, kind), expectedNonce: undefined }),
  },
  /** An ID token may have been made for another client. */
  anyParty: {
    isForUs: () => true,
  },
} satisfies Record<string, Partial<typeof real>>)
