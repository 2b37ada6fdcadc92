import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../cors.js'
import { ownHeaders } from '../../own-headers.js'

/** The app’s own CORS headers are left standing. */
export default replacing(import.meta.url, '../../cors.js', {
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
