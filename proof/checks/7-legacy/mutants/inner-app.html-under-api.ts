import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** A route under the API answers a fragment of a page, with an error. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.post('/api/usertwo-fragment', (_req, res) => {
        res.writeHead(500, { 'content-type': 'text/html' })
        res.end('<section>no dice</section>')
      }),
    ),
} satisfies Partial<typeof real>)
