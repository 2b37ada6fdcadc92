import type { Application } from 'express'
import type { InnerApp } from '../../../express/inner-app.js'

/**
 * What other apps do and this one may not: a layer that is switched off shows only where it has something to hold.
 * For mutants of `express/inner-app`, as the app's own routes, before the toolkit looks at it.
 */
export function inApp(app: InnerApp, add: (app: Application) => unknown): InnerApp {
  add(app as unknown as Application)
  return app
}

/** The same of one `app.use(…)` or `app.get(…)`, before all others: there a request and its answer are still Node's. */
export function firstInApp(app: InnerApp, add: (app: Application) => unknown): InnerApp {
  inApp(app, add)
  // Of Express 4 first: its `router` throws.
  const { stack } = (app._router ?? app.router)!
  stack.unshift(stack.pop()!)
  return app
}
