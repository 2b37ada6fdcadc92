import * as real from '../../../../src/phases/4-auth/sessions/logout.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** What pages have kept in the browser stays there after the logout. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/logout.js', {
  logoutOf(kit) {
    const logout = real.logoutOf(kit)
    return async (req, res) => {
      await logout(req, res)
      res.removeHeader('Clear-Site-Data')
    }
  },
} satisfies Partial<typeof real>)
