import * as real from '../../../../src/phases/2-hardening/requests/request-guards.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Any body may be announced. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/request-guards.js', {
  requestGuards(kit) {
    const guard = real.requestGuards(kit)
    return (req, res, next) =>
      Number(req.headers['content-length'] ?? 0) > real.LARGEST_BODY ? next() : guard(req, res, next)
  },
} satisfies Partial<typeof real>)
