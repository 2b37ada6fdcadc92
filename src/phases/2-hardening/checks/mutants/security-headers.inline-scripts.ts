import { replacing } from '../../../../tools/gate/replace/replacing.js'
import { ownHeaders } from '../../own-headers.js'
import * as real from '../../security-headers.js'

const POLICIES = ['Content-Security-Policy', 'Content-Security-Policy-Report-Only']

/** Scripts may be inline. */
export default replacing(import.meta.url, '../../security-headers.js', {
  securityHeaders(kit) {
    const set = real.securityHeaders(kit)
    return (req, res, next) =>
      set(req, res, (error) => {
        ownHeaders(res, () => {
          for (const name of POLICIES) {
            const policy = res.getHeader(name)
            if (policy) res.setHeader(name, String(policy).replace(/script-src /g, "$&'unsafe-inline' "))
          }
        })
        next(error)
      })
  },
} satisfies Partial<typeof real>)
