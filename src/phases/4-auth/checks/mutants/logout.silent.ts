import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../logins/logout.js'

/** What pages have kept in the browser stays there after the logout. */
export default replacing(import.meta.url, '../../logins/logout.js', {
  logoutOf(kit) {
    const logout = real.logoutOf(kit)
    return async (req, res) => {
      await logout(req, res)
      res.removeHeader('Clear-Site-Data')
    }
  },
} satisfies Partial<typeof real>)
