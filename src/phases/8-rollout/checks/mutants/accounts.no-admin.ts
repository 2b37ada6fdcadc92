import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../../4-auth/people/accounts.js'

/** Who claims the owner is no administrator. */
export default replacing(import.meta.url, '../../../4-auth/people/accounts.js', {
  async claimOwner(trx, users, given) {
    const claimed = await real.claimOwner(trx, users, given)
    const { users: people, owner } = users.config
    await trx(people.table).where(people.id, owner.id).update({ is_admin: false })
    return claimed
  },
} satisfies Partial<typeof real>)
