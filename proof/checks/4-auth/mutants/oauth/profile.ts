import * as real from '../../../../../src/phases/4-auth/oauth/provider/profile.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/oauth/provider/profile.js', {
  /** An address is believed that the provider has not confirmed. */
  unconfirmed: {
    profileOf: (claims) => real.profileOf({ ...claims, email_verified: true }),
  },
} satisfies Record<string, Partial<typeof real>>)
