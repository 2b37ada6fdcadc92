import * as real from '../../../src/express/inner-app.js'
import { firstInApp } from '../../gate/replace/in-app.js'
import { replacing } from '../../gate/replace/replacing.js'

const PAGE = '<!doctype html><script>fetch("/usertwo-nowhere")</script>'

export default replacing(import.meta.url, '../../../src/express/inner-app.js', {
  /** The app has an unknown page with a call that no app answers. */
  unknownPage: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.get('/usertwo-page', (_req, res) => {
          res.writeHead(200, { 'content-type': 'text/html' })
          res.end(PAGE)
        }),
      ),
  },
} satisfies Record<string, Partial<typeof real>>)
