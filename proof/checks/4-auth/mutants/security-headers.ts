import { ownHeaders } from '../../../../src/phases/2-hardening/answers/own-headers.js'
import * as real from '../../../../src/phases/2-hardening/answers/security-headers.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/2-hardening/answers/security-headers.js', {
  /** The app's pages hide the origin of their forms. */
  noReferrer: {
    securityHeaders(kit) {
      const set = real.securityHeaders(kit)
      return (req, res, next) =>
        set(req, res, (error) => {
          if (!real.isOwnPath(kit.config, req.url))
            ownHeaders(res, () => res.setHeader('Referrer-Policy', 'no-referrer'))
          next(error)
        })
    },
  },
} satisfies Record<string, Partial<typeof real>>)
