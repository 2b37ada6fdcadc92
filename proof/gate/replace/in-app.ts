import type { Application } from 'express'
import type { InnerApp } from '../../../src/express/inner-app.js'

/**
 * Adds routes that the app under test does not have itself, so that a layer that is switched off had
 * something to stop. For mutants of `src/express/inner-app`: they count as the app's own.
 */
export function inApp(app: InnerApp, add: (app: Application) => unknown): InnerApp {
  add(app as unknown as Application)
  return app
}

/**
 * The same for one `app.use(…)` or `app.get(…)`, put before all others: there a request and its answer are
 * still Node's own.
 */
export function firstInApp(app: InnerApp, add: (app: Application) => unknown): InnerApp {
  inApp(app, add)
  // Of Express 4 first: its `router` throws.
  const { stack } = (app._router ?? app.router)!
  stack.unshift(stack.pop()!)
  return app
}
