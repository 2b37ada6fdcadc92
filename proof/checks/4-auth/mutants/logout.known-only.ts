import { Problem } from '../../../../src/core/problem.js'
import * as real from '../../../../src/phases/4-auth/sessions/logout.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Logging out needs a good token. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/logout.js', {
  logoutOf(kit) {
    const logout = real.logoutOf(kit)
    return async (req, res) => {
      if (!kit.userOf(req)) throw new Problem('invalid_request')
      await logout(req, res)
    }
  },
} satisfies Partial<typeof real>)
