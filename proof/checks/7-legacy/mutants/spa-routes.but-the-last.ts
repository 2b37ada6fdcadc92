import * as real from '../../../../src/phases/7-legacy/spa-routes.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The last page is forgotten. */
export default replacing(import.meta.url, '../../../../src/phases/7-legacy/spa-routes.js', {
  spaRoutes(kit) {
    const { spa } = kit.config
    const config = { ...kit.config, spa: spa && { ...spa, routes: spa.routes.slice(0, -1) } }
    return real.spaRoutes({ ...kit, config })
  },
} satisfies Partial<typeof real>)
