import type { Application } from 'express'
import type { InnerApp } from '../../../src/express/inner-app.js'

/**
 * Adds routes that the app under test does not have, so that a layer that is switched off would have had
 * something to stop. For mutants of `src/express/inner-app`: the routes count as the app's own.
 */
export function inApp(app: InnerApp, add: (app: Application) => unknown): InnerApp {
  add(app as unknown as Application)
  return app
}

/**
 * Does the same for one `app.use(…)` or `app.get(…)`, in front of all others: there a request and its answer
 * are still Node's own.
 */
export function firstInApp(app: InnerApp, add: (app: Application) => unknown): InnerApp {
  inApp(app, add)
  // Express 4 first, because its `router` throws.
  const { stack } = (app._router ?? app.router)!
  stack.unshift(stack.pop()!)
  return app
}
