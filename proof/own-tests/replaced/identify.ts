import { rememberPerson } from '../../../src/core/person-of.js'
import * as real from '../../../src/phases/4-auth/sessions/identify.js'
import { LoginState, loginOf, rememberLogin } from '../../../src/phases/4-auth/sessions/login-state.js'
import { replacing } from '../../gate/replace/replacing.js'
import { ownerOf } from './owner.js'

/**
 * Makes every request without a login a request of the owner, as when there was one user. Exists only in the
 * copy of usertwo that tests are given, and even there not in production.
 */
export default replacing(import.meta.url, '../../../src/phases/4-auth/sessions/identify.js', {
  asOwner: {
    identify(kit: Parameters<typeof real.identify>[0]) {
      if (kit.settings.ENVIRONMENT === 'production')
        throw new Error('requests of tests are signed in automatically, which production never allows')
      const identify = real.identify(kit)
      const owner = ownerOf(kit.config.owner.id)
      return function identifyAsOwner(req, res, next) {
        identify(req, res, (refusal) => {
          if (refusal === undefined && !kit.userOf(req) && loginOf(req).outcome === 'none') {
            rememberPerson(req, owner)
            rememberLogin(req, new LoginState('accepted'))
          }
          next(refusal)
        })
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
