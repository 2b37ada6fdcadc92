import * as real from '../../../../../src/phases/4-auth/login-links/use-login-link.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/login-links/use-login-link.js', {
  /** Opening a link uses it up. */
  byGet: {
    loginLinks(kit) {
      const made = real.loginLinks(kit)
      return {
        ...made,
        async assertUsable(req, token) {
          await made.assertUsable(req, token)
          await kit.db('usertwo.links').where({ kind: 'login' }).update({ used_at: kit.clock.now() })
        },
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
