import { Problem } from '../../../../core/problem.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../logins/logout.js'

/** Logging out needs a good token. */
export default replacing(import.meta.url, '../../logins/logout.js', {
  logoutOf(kit) {
    const logout = real.logoutOf(kit)
    return async (req, res) => {
      if (!kit.userOf(req)) throw new Problem('invalid_request')
      await logout(req, res)
    }
  },
} satisfies Partial<typeof real>)
