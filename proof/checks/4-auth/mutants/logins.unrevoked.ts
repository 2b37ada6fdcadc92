import * as real from '../../../../src/phases/4-auth/sessions/logins.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Logging out revokes nothing. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/logins.js', {
  logins: (kit) => ({ ...real.logins(kit), revoke: async () => {} }),
} satisfies Partial<typeof real>)
