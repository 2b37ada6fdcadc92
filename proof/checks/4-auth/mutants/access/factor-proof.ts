import * as real from '../../../../../src/phases/4-auth/factors/factor-proof.js'
import { loginOf } from '../../../../../src/phases/4-auth/sessions/login-state.js'
import { replacing } from '../../../../gate/replace/replacing.js'

/** Longer than any check lets a login grow old. */
const FOREVER = 60 * 24 * 365

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/factors/factor-proof.js', {
  /** The routes are open to every login. */
  always: {
    provedWithin: async () => true,
  },
  /** The minutes of a route are not read. */
  forever: {
    provedWithin: (kit, req) => real.provedWithin(kit, req, FOREVER),
  },
  /** Another login of the same user may have proved it. */
  ofUser: {
    async provedWithin({ db, clock }, req, minutes) {
      const since = new Date(clock.now().getTime() - minutes * 60_000)
      const found = db('usertwo.user_sessions').where({ user_id: loginOf(req).claims?.sub ?? null })
      return (await found.where('factor_at', '>', since).first('id')) !== undefined
    },
  },
} satisfies Record<string, Partial<typeof real>>)
