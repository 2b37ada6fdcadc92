import * as real from '../../../../../src/phases/4-auth/factors/recovery-codes.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/factors/recovery-codes.js', {
  /** A recovery code is good again once it was used. */
  again: {
    async useRecoveryCode(db, user, code, now) {
      const isUsed = await real.useRecoveryCode(db, user, code, now)
      await db('usertwo.recovery_codes').where({ user_id: user }).update({ used_at: null })
      return isUsed
    },
  },
} satisfies Record<string, Partial<typeof real>>)
