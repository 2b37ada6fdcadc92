import * as real from '../../../../src/phases/6-isolation/requests/require-user.js'
import { replacing } from '../../../gate/replace/replacing.js'

const MOST = 100

/** Everybody at one address has a hundred requests together. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/require-user.js', {
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
