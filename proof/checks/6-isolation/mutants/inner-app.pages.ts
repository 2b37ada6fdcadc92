import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app answers whatever is read with a page. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.use((req, res, next) => {
        if (req.method !== 'GET') return next()
        res.setHeader('Content-Type', 'text/html')
        res.end('<p>hello</p>')
      }),
    ),
} satisfies Partial<typeof real>)
