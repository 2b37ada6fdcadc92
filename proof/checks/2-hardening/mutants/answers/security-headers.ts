import { ownHeaders } from '../../../../../src/phases/2-hardening/answers/own-headers.js'
import * as real from '../../../../../src/phases/2-hardening/answers/security-headers.js'
import { replacing } from '../../../../gate/replace/replacing.js'

const POLICIES = ['Content-Security-Policy', 'Content-Security-Policy-Report-Only']

export default replacing(
  import.meta.url,
  '../../../../../src/phases/2-hardening/answers/security-headers.js',
  {
    /** Scripts may be inline. */
    inlineScripts: {
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
    },
    /** X-Powered-By stays. */
    poweredBy: {
      securityHeaders(kit) {
        const set = real.securityHeaders(kit)
        return (req, res, next) =>
          set(req, res, (error) => {
            ownHeaders(res, () => res.setHeader('X-Powered-By', 'Express'))
            next(error)
          })
      },
    },
  } satisfies Record<string, Partial<typeof real>>,
)
