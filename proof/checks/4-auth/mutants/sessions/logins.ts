import * as real from '../../../../../src/phases/4-auth/sessions/logins.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/logins.js', {
  /** Logging out revokes nothing. */
  unrevoked: {
    logins: (kit) => ({ ...real.logins(kit), revoke: async () => {} }),
  },
} satisfies Record<string, Partial<typeof real>>)
