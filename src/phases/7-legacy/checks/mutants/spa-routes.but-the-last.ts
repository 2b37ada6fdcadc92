import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../spa-routes.js'

/** The last page is forgotten. */
export default replacing(import.meta.url, '../../spa-routes.js', {
  spaRoutes(kit) {
    const { spa } = kit.config
    const config = { ...kit.config, spa: spa && { ...spa, routes: spa.routes.slice(0, -1) } }
    return real.spaRoutes({ ...kit, config })
  },
} satisfies Partial<typeof real>)
