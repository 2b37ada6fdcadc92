import type { Request } from 'express'
import type { InnerApp } from '../../../../../src/express/inner-app.js'
import { firstInApp } from '../../../../gate/replace/in-app.js'

/** Makes an app that passes the URL of every request, as it was sent, to `note`. */
export function noting(app: InnerApp, note: (text: string, req: Request) => unknown): InnerApp {
  return firstInApp(app, (own) =>
    own.use((req, _res, next) => {
      note(`asked for ${req.url}`, req)
      next()
    }),
  )
}
