import { ownHeaders } from '../../../../src/phases/2-hardening/answers/own-headers.js'
import * as real from '../../../../src/phases/2-hardening/answers/security-headers.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** X-Powered-By stays. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/answers/security-headers.js', {
  securityHeaders(kit) {
    const set = real.securityHeaders(kit)
    return (req, res, next) =>
      set(req, res, (error) => {
        ownHeaders(res, () => res.setHeader('X-Powered-By', 'Express'))
        next(error)
      })
  },
} satisfies Partial<typeof real>)
