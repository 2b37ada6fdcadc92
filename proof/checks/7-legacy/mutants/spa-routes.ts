import * as real from '../../../../src/phases/7-legacy/spa-routes.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/7-legacy/spa-routes.js', {
  /** The last page is forgotten. */
  butTheLast: {
    spaRoutes(kit) {
      const { spa } = kit.config
      const config = { ...kit.config, spa: spa && { ...spa, routes: spa.routes.slice(0, -1) } }
      return real.spaRoutes({ ...kit, config })
    },
  },
  /** The server answers the pages of the browser code. */
  none: {
    spaRoutes: () => (_req, _res, next) => next(),
  },
} satisfies Record<string, Partial<typeof real>>)
