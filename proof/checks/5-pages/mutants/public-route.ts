import * as real from '../../../../src/express/public-route.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/express/public-route.js', {
  /** A public path is public in any case. */
  anyCase: {
    isPublic(config) {
      const open = real.isPublic(config)
      return (req) => {
        const path = (req.originalUrl ?? req.url ?? '').toLowerCase()
        return open(Object.create(req, { originalUrl: { value: path } }))
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
