import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../logins.js'

/** A token of one user may name another. */
export default replacing(import.meta.url, '../../logins.js', {
  logins(kit) {
    const made = real.logins(kit)
    return {
      ...made,
      async read(claims) {
        const login = await kit.db('usertwo.user_sessions').where({ id: claims.sid }).first('user_id')
        return made.read(login ? { ...claims, sub: String(login.user_id) } : claims)
      },
    }
  },
} satisfies Partial<typeof real>)
