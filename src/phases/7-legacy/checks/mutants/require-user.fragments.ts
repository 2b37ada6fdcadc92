import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../../6-isolation/require-user.js'

/** A fragment is public, and so is what is sent. */
export default replacing(import.meta.url, '../../../6-isolation/require-user.js', {
  requireUser(kit) {
    const require = real.requireUser(kit)
    return (req, res, next) =>
      req.method === 'POST' || req.headers.accept === '*/*' ? next() : require(req, res, next)
  },
} satisfies Partial<typeof real>)
