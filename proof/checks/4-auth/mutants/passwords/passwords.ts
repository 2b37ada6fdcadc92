import * as real from '../../../../../src/phases/4-auth/passwords/passwords.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/passwords/passwords.js', {
  /** An unknown address costs no hash. */
  unknownFree: {
    passwords(options) {
      const made = real.passwords(options)
      return { ...made, verify: async (given, stored) => stored !== null && made.verify(given, stored) }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
