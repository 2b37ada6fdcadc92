import type { InnerApp } from '../../../../../src/express/inner-app.js'
import { firstInApp } from '../../../../gate/replace/in-app.js'

/** Makes an app that answers every read with `what`. */
export function showing(app: InnerApp, what: () => string): InnerApp {
  return firstInApp(app, (own) =>
    own.use((req, res, next) => {
      if (req.method === 'GET') res.end(what())
      else next()
    }),
  )
}
