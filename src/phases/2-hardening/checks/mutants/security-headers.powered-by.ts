import { replacing } from '../../../../tools/gate/replace/replacing.js'
import { ownHeaders } from '../../own-headers.js'
import * as real from '../../security-headers.js'

/** X-Powered-By stays. */
export default replacing(import.meta.url, '../../security-headers.js', {
  securityHeaders(kit) {
    const set = real.securityHeaders(kit)
    return (req, res, next) =>
      set(req, res, (error) => {
        ownHeaders(res, () => res.setHeader('X-Powered-By', 'Express'))
        next(error)
      })
  },
} satisfies Partial<typeof real>)
