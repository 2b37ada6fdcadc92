import { findAccount } from '../../../../../src/phases/4-auth/accounts/accounts.js'
import * as real from '../../../../../src/phases/4-auth/oauth/join-by-provider.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/oauth/join-by-provider.js', {
  /** An account is joined by its address. */
  byAddress: {
    joinByProvider(kit) {
      const join = real.joinByProvider(kit)
      return async (req, unknown) => {
        const { email } = await unknown.arrived.profile()
        const account = email === null ? null : await findAccount(kit.db, kit.config, email)
        return account ? account.id : join(req, unknown)
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
