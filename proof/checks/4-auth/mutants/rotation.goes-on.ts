import * as real from '../../../../src/phases/4-auth/sessions/refresh/rotation.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** A refresh token that is shown twice is refused, and the login it belongs to goes on. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/refresh/rotation.js', {
  rotation(kit, tokens) {
    const rotate = real.rotation(kit, tokens)
    return async (req, token) => {
      const login = await rotate(req, token)
      const sid = tokens.verify(token)?.sid
      if (!login && sid) await kit.db('usertwo.user_sessions').where({ id: sid }).update({ revoked_at: null })
      return login
    }
  },
} satisfies Partial<typeof real>)
