import * as real from '../../../../src/express/inner-app.js'
import { routerOf } from '../../../../src/express/matched.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { loseRoutes } from './lost-routes.js'

/** The app has lost every route that answers no GET, in mounted routers too. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp(app) {
    const inner = real.asInnerApp(app)
    loseRoutes(routerOf(inner).stack, (reads) => !reads)
    return inner
  },
} satisfies Partial<typeof real>)
