import { Problem, sendProblem } from '../../../../../src/core/problem.js'
import { loginOf } from '../../../../../src/phases/4-auth/sessions/login-state.js'
import * as real from '../../../../../src/phases/4-auth/sessions/refuse.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/refuse.js', {
  /** Refuses every logged-in user, the owner too. */
  everyUser: {
    refuse(kit) {
      const refuse = real.refuse(kit)
      return (req, res, next) =>
        refuse(req, res, (error) =>
          kit.userOf(req) ? sendProblem(req, res, new Problem('unavailable')) : next(error),
        )
    },
  },
  /** Lets every logged-in user use the owner's app. */
  noUser: {
    refuse(kit) {
      const refuse = real.refuse(kit)
      return (req, res, next) => (loginOf(req).outcome === 'refused' ? refuse(req, res, next) : next())
    },
  },
} satisfies Record<string, Partial<typeof real>>)
