import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../logins/look-up.js'

/** A token of one user may name another. */
export default replacing(import.meta.url, '../../logins/look-up.js', {
  lookUp(kit) {
    const find = real.lookUp(kit)
    return async (claims) => {
      const login = await kit.db('usertwo.user_sessions').where({ id: claims.sid }).first('user_id')
      return find(login ? { ...claims, sub: String(login.user_id) } : claims)
    }
  },
} satisfies Partial<typeof real>)
