import type { Application, Request, Response, Router } from 'express'
import { packages } from '../core/packages.js'
import type { Handler } from './handler.js'
import { isAtOrBelow, sentPath } from './path.js'

/** Tells our own apps from the one that is wrapped, for whoever lists routes: an app of Express 5 shares our copy of it. */
const OURS = Symbol.for('usertwo.outer')

export const isOwnApp = (app: object): boolean => OURS in app

/** Adds its routes to a router. */
export type Routes = (router: Router) => void

/**
 * An Express application of the toolkit's own at `mount`, for what has routes: all else never meets it. What it has no
 * route for goes on. It is loaded and made when it is first asked: many a start is over before anybody logs in.
 */
export function ownApp(mount: string, load: () => Promise<Routes>): Handler {
  let app: Promise<Application> | undefined
  return (req, res, next) => {
    if (!isAtOrBelow(sentPath(req.url), mount)) return next()
    app ??= load()
      .then((routes) => appAt(mount, routes))
      .catch((error: unknown) => {
        // A failure is this request's: the next one tries again.
        app = undefined
        throw error
      })
    return app.then((own) => own(req as Request, res as Response, next))
  }
}

function appAt(mount: string, routes: Routes): Application {
  const app = packages.express()
  Object.defineProperty(app, OURS, { value: true })
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('case sensitive routing', true)
  const router = packages.express.Router({ caseSensitive: true, strict: true })
  routes(router)
  return app.use(mount, router)
}
