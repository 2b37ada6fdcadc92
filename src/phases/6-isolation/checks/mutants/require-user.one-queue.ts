import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../require-user.js'

/** Requests of everybody stand in one queue. */
export default replacing(import.meta.url, '../../require-user.js', {
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
