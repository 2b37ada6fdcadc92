import { Problem, sendProblem } from '../../../../core/problem.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../throttle/refuse.js'

/** Nobody who is logged in can use the app, its owner neither. */
export default replacing(import.meta.url, '../../throttle/refuse.js', {
  refuse(kit) {
    const refuse = real.refuse(kit)
    return (req, res, next) =>
      refuse(req, res, (error) =>
        kit.userOf(req) ? sendProblem(req, res, new Problem('unavailable')) : next(error),
      )
  },
} satisfies Partial<typeof real>)
