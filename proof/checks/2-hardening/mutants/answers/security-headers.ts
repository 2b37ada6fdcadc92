import type { ServerResponse } from 'node:http'
import { ownHeaders } from '../../../../../src/phases/2-hardening/answers/own-headers.js'
import * as real from '../../../../../src/phases/2-hardening/answers/security-headers.js'
import { isOfUsertwo } from '../../../../gate/people/cookie-jar.js'
import { replacing } from '../../../../gate/replace/replacing.js'

const POLICIES = ['Content-Security-Policy', 'Content-Security-Policy-Report-Only']

/** The layer as it is, whose headers are then changed as the head is written. */
const changed = (change: (res: ServerResponse) => void): Partial<typeof real> => ({
  securityHeaders(kit) {
    const set = real.securityHeaders(kit)
    return (req, res, next) =>
      set(req, res, (error) => {
        ownHeaders(res, () => change(res))
        next(error)
      })
  },
})

export default replacing(
  import.meta.url,
  '../../../../../src/phases/2-hardening/answers/security-headers.js',
  {
    /** Scripts may be inline. */
    inlineScripts: changed((res) => {
      for (const name of POLICIES) {
        const policy = res.getHeader(name)
        if (policy) res.setHeader(name, String(policy).replace(/script-src /g, "$&'unsafe-inline' "))
      }
    }),
    /** X-Powered-By stays. */
    poweredBy: changed((res) => res.setHeader('X-Powered-By', 'Express')),
    /** Answers lose the cookies that the app sets. */
    withoutCookies: changed((res) => {
      const lines = [res.getHeader('set-cookie') ?? []].flat().map(String)
      res.removeHeader('set-cookie')
      const left = lines.filter((line) => isOfUsertwo(line.split('=')[0]!, process.env))
      if (left.length > 0) res.setHeader('set-cookie', left)
    }),
  } satisfies Record<string, Partial<typeof real>>,
)
