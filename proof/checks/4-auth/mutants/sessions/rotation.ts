import * as real from '../../../../../src/phases/4-auth/sessions/refresh/rotation.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/refresh/rotation.js', {
  /** A refresh token stays valid after it was replaced. */
  forgiving: {
    rotation(kit, tokens) {
      const rotate = real.rotation(kit, tokens)
      return async (req, token) => {
        const claims = tokens.verify(token)
        const row =
          claims &&
          (await kit.db('usertwo.user_sessions').where({ id: claims.sid }).whereNull('revoked_at').first())
        if (!claims || !row || row.refresh_id === claims.rid) return rotate(req, token)
        const { user_id: user, refresh_id: rid, ends_at: end, rotated_at: at } = row
        return { id: claims.sid, user, rid, at, end, isShared: false }
      }
    },
  },
  /** A reused refresh token is refused, but its session goes on. */
  goesOn: {
    rotation(kit, tokens) {
      const rotate = real.rotation(kit, tokens)
      return async (req, token) => {
        const login = await rotate(req, token)
        const sid = tokens.verify(token)?.sid
        if (!login && sid)
          await kit.db('usertwo.user_sessions').where({ id: sid }).update({ revoked_at: null })
        return login
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
