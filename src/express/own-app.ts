import type { Application, Request, Response, Router } from 'express'
import { packages } from '../core/packages.js'
import { Problem } from '../core/problem.js'
import type { Handler, Next } from './handler.js'
import { isAtOrBelow, sentPath } from './path.js'

/** Marks usertwo's own apps, for code that lists routes: a wrapped Express 5 app shares their copy of Express. */
const OURS = Symbol.for('usertwo.outer')

export const isOwnApp = (app: object): boolean => OURS in app

/** Adds its routes to a router. */
export type Routes = (router: Router) => void

/**
 * Returns a handler for an Express app of usertwo at `mount`. Other paths and unmatched requests continue. It
 * is loaded at the first request, because many processes end before any login.
 */
export function ownApp(mount: string, load: () => Promise<Routes>): Handler {
  let app: Promise<Application> | undefined
  return (req, res, next) => {
    if (!isAtOrBelow(sentPath(req.url), mount)) return next()
    app ??= load()
      .then((routes) => appAt(mount, routes))
      .catch((error: unknown) => {
        // A failure belongs to this request: the next one tries again.
        app = undefined
        throw error
      })
    // A router throws a URIError for a parameter that cannot be decoded, past the error handlers of its routes.
    const done: Next = (error) => next(error instanceof URIError ? new Problem('invalid_request') : error)
    return app.then((own) => own(req as Request, res as Response, done))
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
