import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app lets every origin read, with credentials. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.use((req, res, next) => {
        res.setHeader('Access-Control-Allow-Origin', req.headers.origin ?? '*')
        res.setHeader('Access-Control-Allow-Credentials', 'true')
        next()
      }),
    ),
} satisfies Partial<typeof real>)
