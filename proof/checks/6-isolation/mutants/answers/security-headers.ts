import { ownHeaders } from '../../../../../src/phases/2-hardening/answers/own-headers.js'
import * as real from '../../../../../src/phases/2-hardening/answers/security-headers.js'
import { isOfUsertwo } from '../../../../gate/people/cookie-jar.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(
  import.meta.url,
  '../../../../../src/phases/2-hardening/answers/security-headers.js',
  {
    /** Answers lose the cookies that the app sets. */
    swallowed: {
      securityHeaders(kit) {
        const set = real.securityHeaders(kit)
        return (req, res, next) =>
          set(req, res, (error) => {
            ownHeaders(res, () => {
              const lines = [res.getHeader('set-cookie') ?? []].flat().map(String)
              res.removeHeader('set-cookie')
              const left = lines.filter((line) => isOfUsertwo(line.split('=')[0]!, process.env))
              if (left.length > 0) res.setHeader('set-cookie', left)
            })
            next(error)
          })
      },
    },
  } satisfies Record<string, Partial<typeof real>>,
)
