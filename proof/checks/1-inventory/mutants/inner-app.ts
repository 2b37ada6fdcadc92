import * as real from '../../../../src/express/inner-app.js'
import { routerOf } from '../../../../src/express/matched.js'
import { inApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { loseRoutes } from './lost-routes.js'

export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  /** The app has lost every route that answers no GET, in mounted routers too. */
  onlyReading: {
    asInnerApp(app) {
      const inner = real.asInnerApp(app)
      loseRoutes(routerOf(inner).stack, (reads) => !reads)
      return inner
    },
  },
  /** The app has lost every route that answers GET, in mounted routers too. */
  onlyWriting: {
    asInnerApp(app) {
      const inner = real.asInnerApp(app)
      loseRoutes(routerOf(inner).stack, (reads) => reads)
      return inner
    },
  },
  /** The app has a route for its operator. */
  operated: {
    asInnerApp: (app) =>
      inApp(real.asInnerApp(app), (own) =>
        own.post('/usertwo/internal/shell', (_req, res) => void res.end()),
      ),
  },
  /** The app declares a route twice. */
  twice: {
    asInnerApp: (app) =>
      inApp(real.asInnerApp(app), (own) => {
        for (let i = 0; i < 2; i++) own.get('/usertwo-twice', (_req, res) => void res.end())
      }),
  },
  /** The app has a route that is not listed. */
  unlisted: {
    asInnerApp: (app) =>
      inApp(real.asInnerApp(app), (own) => own.get('/usertwo-unlisted', (_req, res) => void res.end())),
  },
} satisfies Record<string, Partial<typeof real>>)
