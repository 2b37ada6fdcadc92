import { addAccount } from '../../../../../src/phases/4-auth/accounts/accounts.js'
import { loginParts } from '../../../../../src/phases/4-auth/attempts/login-parts.js'
import * as real from '../../../../../src/phases/4-auth/registration/register.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/registration/register.js', {
  /** Registration is open to all. */
  open: {
    registration(kit) {
      const register = real.registration(kit)
      return async (req, given) => {
        if (given.claim_code !== undefined || kit.registrationOpen()) return register(req, given)
        const passwordHash = await loginParts(kit).passwords.hash(given.password)
        await kit.db.transaction((trx) => addAccount(trx, kit, { ...given, passwordHash }))
        return { message: '', mustVerify: false }
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
