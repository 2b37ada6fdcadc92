import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app answers whatever writes with words of its database. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.use((req, res, next) => {
        if (req.method === 'GET' || req.method === 'HEAD') return next()
        res.writeHead(500, { 'content-type': 'application/json' })
        res.end(JSON.stringify({ error: 'duplicate key value violates unique constraint "x_pkey"' }))
      }),
    ),
} satisfies Partial<typeof real>)
