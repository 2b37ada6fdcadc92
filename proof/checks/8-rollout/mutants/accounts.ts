import * as real from '../../../../src/phases/4-auth/accounts/accounts.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/4-auth/accounts/accounts.js', {
  /** The user who claims the owner does not become an administrator. */
  noAdmin: {
    async claimOwnerRow(trx, users, given) {
      const claimed = await real.claimOwnerRow(trx, users, given)
      const { users: people, owner } = users.config
      await trx(people.table).where(people.id, owner.id).update({ is_admin: false })
      return claimed
    },
  },
} satisfies Record<string, Partial<typeof real>>)
