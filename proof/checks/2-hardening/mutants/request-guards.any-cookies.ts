import * as real from '../../../../src/phases/2-hardening/requests/request-guards.js'
import { replacing } from '../../../gate/replace/replacing.js'

const MOST = 100

/** Cookies are not counted. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/request-guards.js', {
  requestGuards(kit) {
    const guard = real.requestGuards(kit)
    return (req, res, next) =>
      (req.headers.cookie?.split(';').length ?? 0) > MOST ? next() : guard(req, res, next)
  },
} satisfies Partial<typeof real>)
