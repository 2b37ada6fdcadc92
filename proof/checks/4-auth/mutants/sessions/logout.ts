import { Problem } from '../../../../../src/core/problem.js'
import * as real from '../../../../../src/phases/4-auth/sessions/logout.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/logout.js', {
  /** Logging out needs a valid token. */
  knownOnly: {
    logoutOf(kit) {
      const logout = real.logoutOf(kit)
      return async (req, res) => {
        if (!kit.userOf(req)) throw new Problem('invalid_request')
        await logout(req, res)
      }
    },
  },
  /** What pages have stored in the browser stays there after the logout. */
  silent: {
    logoutOf(kit) {
      const logout = real.logoutOf(kit)
      return async (req, res) => {
        await logout(req, res)
        res.removeHeader('Clear-Site-Data')
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
