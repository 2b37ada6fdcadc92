import { ownHeaders } from '../../../../src/phases/2-hardening/answers/own-headers.js'
import * as real from '../../../../src/phases/2-hardening/requests/cors.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app’s own CORS headers are left standing. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/cors.js', {
  strictCors(kit) {
    const cors = real.strictCors(kit)
    return (req, res, next) => {
      let own: [string, number | string | string[]][] = []
      ownHeaders(res, () => {
        own = Object.entries(res.getHeaders()).flatMap(([name, value]) =>
          name.startsWith('access-control-') && value !== undefined ? [[name, value]] : [],
        )
      })
      cors(req, res, (error) => {
        ownHeaders(res, () => {
          for (const [name, value] of own) res.setHeader(name, value)
        })
        next(error)
      })
    }
  },
} satisfies Partial<typeof real>)
