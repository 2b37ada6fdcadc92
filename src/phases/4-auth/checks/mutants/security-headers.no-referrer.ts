import { replacing } from '../../../../tools/gate/replace/replacing.js'
import { ownHeaders } from '../../../2-hardening/own-headers.js'
import * as real from '../../../2-hardening/security-headers.js'

/** Pages of the app tell nobody where their forms come from. */
export default replacing(import.meta.url, '../../../2-hardening/security-headers.js', {
  securityHeaders(kit) {
    const set = real.securityHeaders(kit)
    return (req, res, next) =>
      set(req, res, (error) => {
        if (!real.isOwnPath(kit.config, req.url))
          ownHeaders(res, () => res.setHeader('Referrer-Policy', 'no-referrer'))
        next(error)
      })
  },
} satisfies Partial<typeof real>)
