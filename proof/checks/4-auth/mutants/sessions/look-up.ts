import * as real from '../../../../../src/phases/4-auth/sessions/look-up.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/look-up.js', {
  /** A token of one user may name another. */
  anySubject: {
    lookUp(kit) {
      const { find, remembered } = real.lookUp(kit)
      return {
        async find(claims) {
          const login = await kit.db('usertwo.user_sessions').where({ id: claims.sid }).first('user_id')
          return find(login ? { ...claims, sub: String(login.user_id) } : claims)
        },
        remembered,
      }
    },
  },
  /** Each process remembers the user of a token. */
  remembered: {
    lookUp(kit) {
      const { find, remembered } = real.lookUp(kit)
      const seen = new Map<string, Awaited<ReturnType<typeof find>>>()
      return {
        async find(claims) {
          const person = seen.get(claims.jti) ?? (await find(claims))
          seen.set(claims.jti, person)
          return person
        },
        remembered,
      }
    },
  },
  /** Revoked tokens are accepted. */
  revokedToo: {
    lookUp(kit) {
      const { find, remembered } = real.lookUp(kit)
      const findAll: typeof find = async (claims) => {
        const person = await find(claims)
        if (person) return person
        const ended = await kit.db('usertwo.user_sessions').where({ id: claims.sid }).first('user_id')
        if (!ended) return null
        const ordinary = {
          username: null,
          email: null,
          isAdmin: false,
          roles: ['user'],
          permissions: [],
          scopes: null,
        }
        return { ...ordinary, id: ended.user_id, sessionId: claims.sid, jti: claims.jti }
      }
      return { find: findAll, remembered }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
