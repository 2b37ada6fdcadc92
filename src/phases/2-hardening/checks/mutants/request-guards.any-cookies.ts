import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../request-guards.js'

const MOST = 100

/** Cookies are not counted. */
export default replacing(import.meta.url, '../../request-guards.js', {
  requestGuards(kit) {
    const guard = real.requestGuards(kit)
    return (req, res, next) =>
      (req.headers.cookie?.split(';').length ?? 0) > MOST ? next() : guard(req, res, next)
  },
} satisfies Partial<typeof real>)
