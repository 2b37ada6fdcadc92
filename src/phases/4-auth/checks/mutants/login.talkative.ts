import { Problem } from '../../../../core/problem.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../logins/login.js'
import { findAccount } from '../../people/accounts.js'

/** A login that fails says whether there is such an account. */
export default replacing(import.meta.url, '../../logins/login.js', {
  passwordLogin(kit) {
    const login = real.passwordLogin(kit)
    return async (req, given, inCookie) => {
      try {
        return await login(req, given, inCookie)
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'invalid_credentials') throw error
        const account = await findAccount(kit.db, kit.config, given.email)
        throw new Problem('invalid_credentials', account ? 'Wrong password.' : 'No such account.')
      }
    }
  },
} satisfies Partial<typeof real>)
