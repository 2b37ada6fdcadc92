import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../logins/logins.js'

/** Logging out revokes nothing. */
export default replacing(import.meta.url, '../../logins/logins.js', {
  logins: (kit) => ({ ...real.logins(kit), revoke: async () => {} }),
} satisfies Partial<typeof real>)
