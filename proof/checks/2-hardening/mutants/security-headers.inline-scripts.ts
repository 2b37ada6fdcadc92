import { ownHeaders } from '../../../../src/phases/2-hardening/answers/own-headers.js'
import * as real from '../../../../src/phases/2-hardening/answers/security-headers.js'
import { replacing } from '../../../gate/replace/replacing.js'

const POLICIES = ['Content-Security-Policy', 'Content-Security-Policy-Report-Only']

/** Scripts may be inline. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/answers/security-headers.js', {
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
