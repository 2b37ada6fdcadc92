import * as real from '../../../../../src/phases/4-auth/sessions/logins.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/logins.js', {
  /** Logging out revokes nothing. */
  unrevoked: {
    logins: (kit) => ({ ...real.logins(kit), revoke: async () => {} }),
  },
  /** Every login counts as one whose user proved a second factor. */
  withFactor: {
    logins(kit) {
      const made = real.logins(kit)
      return { ...made, open: (db, user, req, how) => made.open(db, user, req, { ...how, withFactor: true }) }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
