import { Problem, sendProblem } from '../../../../src/core/problem.js'
import * as real from '../../../../src/phases/4-auth/throttle/refuse.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Nobody who is logged in can use the app, its owner neither. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/throttle/refuse.js', {
  refuse(kit) {
    const refuse = real.refuse(kit)
    return (req, res, next) =>
      refuse(req, res, (error) =>
        kit.userOf(req) ? sendProblem(req, res, new Problem('unavailable')) : next(error),
      )
  },
} satisfies Partial<typeof real>)
