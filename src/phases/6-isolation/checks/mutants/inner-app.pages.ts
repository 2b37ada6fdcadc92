import * as real from '../../../../express/inner-app.js'
import { firstInApp } from '../../../../tools/gate/replace/in-app.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The app answers whatever is read with a page. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.use((req, res, next) => {
        if (req.method !== 'GET') return next()
        res.setHeader('Content-Type', 'text/html')
        res.end('<p>hello</p>')
      }),
    ),
} satisfies Partial<typeof real>)
