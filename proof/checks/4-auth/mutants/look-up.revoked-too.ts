import * as real from '../../../../src/phases/4-auth/sessions/look-up.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Revoked tokens are accepted. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/look-up.js', {
  lookUp(kit) {
    const find = real.lookUp(kit)
    return async (claims) => {
      const person = await find(claims)
      if (person) return person
      const ended = await kit.db('usertwo.user_sessions').where({ id: claims.sid }).first('user_id')
      if (!ended) return null
      const nobody = {
        username: null,
        email: null,
        isAdmin: false,
        roles: ['user'],
        permissions: [],
        scopes: null,
      }
      return { ...nobody, id: ended.user_id, sessionId: claims.sid, jti: claims.jti }
    }
  },
} satisfies Partial<typeof real>)
