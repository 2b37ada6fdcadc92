import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app answers whatever writes with an error and the cookies it was sent. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.use((req, res, next) => {
        if (req.method === 'GET' || req.method === 'HEAD') return next()
        res.writeHead(400, { 'content-type': 'application/json' })
        res.end(JSON.stringify({ error: 'not done', body: req.headers.cookie }))
      }),
    ),
} satisfies Partial<typeof real>)
