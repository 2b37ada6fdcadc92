import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../request-guards.js'

/** Any body may be announced. */
export default replacing(import.meta.url, '../../request-guards.js', {
  requestGuards(kit) {
    const guard = real.requestGuards(kit)
    return (req, res, next) =>
      Number(req.headers['content-length'] ?? 0) > real.LARGEST_BODY ? next() : guard(req, res, next)
  },
} satisfies Partial<typeof real>)
