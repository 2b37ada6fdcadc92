import { Problem } from '../../../../../src/core/problem.js'
import { findAccount } from '../../../../../src/phases/4-auth/accounts/accounts.js'
import * as real from '../../../../../src/phases/4-auth/password-login/login.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/password-login/login.js', {
  /** A failed login reveals whether the account exists. */
  talkative: {
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
  },
} satisfies Record<string, Partial<typeof real>>)
