import * as real from '../../../../../src/phases/4-auth/passkeys/expected-answer.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/passkeys/expected-answer.js', {
  /** A touch is enough. */
  unverified: {
    expectedOf: (given) => ({ ...real.expectedOf(given), requireUserVerification: false }),
  },
  /** Passkeys of another domain count too. */
  otherDomain: {
    expectedOf: (given) => ({ ...real.expectedOf(given), expectedRPID: [given.rp.id, 'other.example.com'] }),
  },
} satisfies Record<string, Partial<typeof real>>)
