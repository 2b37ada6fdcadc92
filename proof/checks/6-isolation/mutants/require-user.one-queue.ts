import * as real from '../../../../src/phases/6-isolation/requests/require-user.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Requests of everybody stand in one queue. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/require-user.js', {
  requireUser(kit) {
    const require = real.requireUser(kit)
    let queue = Promise.resolve()
    return (req, res, next) => {
      if (!kit.userOf(req)) return require(req, res, next)
      const turn = () =>
        new Promise<void>((done) => {
          res.once('close', () => done())
          next()
        })
      queue = queue.then(turn)
    }
  },
} satisfies Partial<typeof real>)
