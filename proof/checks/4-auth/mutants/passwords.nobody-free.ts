import * as real from '../../../../src/phases/4-auth/passwords/passwords.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** An unknown address costs no hash. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/passwords/passwords.js', {
  passwords(options) {
    const made = real.passwords(options)
    return { ...made, verify: async (given, stored) => stored !== null && made.verify(given, stored) }
  },
} satisfies Partial<typeof real>)
