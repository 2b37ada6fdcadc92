import * as real from '../../../../../src/phases/4-auth/factors/prove-again.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/factors/prove-again.js', {
  /** The password is enough in an old login. */
  never: {
    proveAgain: (kit) => ({ ...real.proveAgain(kit), ifDue: async () => false }),
  },
  /** The password is enough in an old login, and counts as a factor too. */
  unproved: {
    proveAgain: (kit) => ({ ...real.proveAgain(kit), ifDue: async () => true }),
  },
} satisfies Record<string, Partial<typeof real>>)
