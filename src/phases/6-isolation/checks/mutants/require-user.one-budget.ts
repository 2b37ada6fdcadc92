import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../require-user.js'

const MOST = 100

/** Everybody at one address has a hundred requests together. */
export default replacing(import.meta.url, '../../require-user.js', {
  requireUser(kit) {
    const require = real.requireUser(kit)
    const counts = new Map<string | undefined, number>()
    return (req, res, next) => {
      const from = req.socket.remoteAddress
      const count = (counts.get(from) ?? 0) + 1
      counts.set(from, count)
      if (count > MOST) res.writeHead(429).end()
      else require(req, res, next)
    }
  },
} satisfies Partial<typeof real>)
