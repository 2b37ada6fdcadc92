import { currentUser } from '../../../../src/core/context.js'
import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { appendedToPages } from '../../../gate/replace/in-pages.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  /** A route under the API answers a fragment of a page, with an error. */
  htmlUnderApi: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.post('/api/usertwo-fragment', (_req, res) => {
          res.writeHead(500, { 'content-type': 'text/html' })
          res.end('<section>no dice</section>')
        }),
      ),
  },
  /** Every page of the app has an element with a handler. */
  inlineHandler: {
    asInnerApp: (app) => appendedToPages(real.asInnerApp(app), '<a onclick="window.usertwo = 1"></a>'),
  },
  /** A page names the current user; the environment variable `PUBLIC_PAGE` has its path. */
  saysWho: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.get(process.env.PUBLIC_PAGE!, (_req, res) => {
          res.setHeader('Content-Type', 'text/html')
          res.end(`<p>hello ${currentUser()?.email ?? 'you'}</p>`)
        }),
      ),
  },
} satisfies Record<string, Partial<typeof real>>)
