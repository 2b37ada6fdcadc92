import { currentUser } from '../../../../../src/core/context.js'
import * as real from '../../../../../src/express/inner-app.js'
import { firstInApp } from '../../../../gate/replace/in-app.js'
import { replacing } from '../../../../gate/replace/replacing.js'

/** A request with it is answered what the app sees of its user. */
export const RIGHTS_HEADER = 'usertwo-gate-rights'

export default replacing(import.meta.url, '../../../../../src/express/inner-app.js', {
  /** The app answers every read with an ETag. */
  etags: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, res, next) => {
          if (req.method !== 'GET') return next()
          res.setHeader('ETag', '"1"')
          if (req.headers['if-none-match'] === '"1"') res.statusCode = 304
          res.end()
        }),
      ),
  },
  /** The app serves its first page; the environment variable `FIRST_PAGE` has its path. */
  greets: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.get(process.env.FIRST_PAGE!, (_req, res) => void res.end('hello')),
      ),
  },
  /** The app answers a request with the header with what it sees of its user. */
  tellsRights: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, res, next) => {
          if (!req.headers[RIGHTS_HEADER]) return next()
          const { user = null } = req as { user?: unknown }
          const { cookie = null, authorization = null } = req.headers
          res.json({ rights: { user, currentUser: currentUser(), cookie, authorization } })
        }),
      ),
  },
  /** The app answers every read with a page. */
  pages: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, res, next) => {
          if (req.method !== 'GET') return next()
          res.setHeader('Content-Type', 'text/html')
          res.end('<p>hello</p>')
        }),
      ),
  },
} satisfies Record<string, Partial<typeof real>>)
