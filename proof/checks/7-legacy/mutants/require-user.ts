import * as real from '../../../../src/phases/6-isolation/requests/require-user.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/require-user.js', {
  /** A fragment is public, and so is what is sent. */
  fragments: {
    requireUser(kit) {
      const require = real.requireUser(kit)
      return (req, res, next) =>
        req.method === 'POST' || req.headers.accept === '*/*' ? next() : require(req, res, next)
    },
  },
} satisfies Record<string, Partial<typeof real>>)
