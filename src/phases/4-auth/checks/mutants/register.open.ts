import { replacing } from '../../../../tools/gate/replace/replacing.js'
import { loginParts } from '../../logins/login-parts.js'
import { addAccount } from '../../people/accounts.js'
import * as real from '../../people/register.js'

/** Registration is open to everybody. */
export default replacing(import.meta.url, '../../people/register.js', {
  registration(kit) {
    const register = real.registration(kit)
    return async (req, given) => {
      if (given.claim_code !== undefined || kit.registrationOpen()) return register(req, given)
      const passwordHash = await loginParts(kit).passwords.hash(given.password)
      await kit.db.transaction((trx) => addAccount(trx, kit, { ...given, passwordHash }))
      return { message: '', mustVerify: false }
    }
  },
} satisfies Partial<typeof real>)
