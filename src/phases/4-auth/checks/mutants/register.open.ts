import { replacing } from '../../../../tools/gate/replace/replacing.js'
import { addAccount } from '../../accounts.js'
import { authParts } from '../../parts.js'
import * as real from '../../register.js'

/** Registration is open to everybody. */
export default replacing(import.meta.url, '../../register.js', {
  registration(kit) {
    const register = real.registration(kit)
    return async (req, given) => {
      if (given.claim_code !== undefined || kit.registrationOpen()) return register(req, given)
      const passwordHash = await authParts(kit).passwords.hash(given.password)
      await kit.db.transaction((trx) => addAccount(trx, kit, { ...given, passwordHash }))
    }
  },
} satisfies Partial<typeof real>)
