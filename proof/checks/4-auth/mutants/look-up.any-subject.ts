import * as real from '../../../../src/phases/4-auth/sessions/look-up.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** A token of one user may name another. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/look-up.js', {
  lookUp(kit) {
    const find = real.lookUp(kit)
    return async (claims) => {
      const login = await kit.db('usertwo.user_sessions').where({ id: claims.sid }).first('user_id')
      return find(login ? { ...claims, sub: String(login.user_id) } : claims)
    }
  },
} satisfies Partial<typeof real>)
