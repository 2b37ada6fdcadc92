import { ownHeaders } from '../../../../../src/phases/2-hardening/answers/own-headers.js'
import * as real from '../../../../../src/phases/2-hardening/requests/cors.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/2-hardening/requests/cors.js', {
  /** Any origin is reflected. */
  anyOrigin: {
    strictCors: (kit) => (req, res, next) => {
      const CORS_ORIGINS = req.headers.origin ? [req.headers.origin] : []
      real.strictCors({ ...kit, settings: { ...kit.settings, CORS_ORIGINS } })(req, res, next)
    },
  },
  /** The app's own CORS headers are kept. */
  standing: {
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
  },
} satisfies Record<string, Partial<typeof real>>)
