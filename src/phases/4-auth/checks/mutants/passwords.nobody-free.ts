import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../passwords/passwords.js'

/** An unknown address costs no hash. */
export default replacing(import.meta.url, '../../passwords/passwords.js', {
  passwords(options) {
    const made = real.passwords(options)
    return { ...made, verify: async (given, stored) => stored !== null && made.verify(given, stored) }
  },
} satisfies Partial<typeof real>)
