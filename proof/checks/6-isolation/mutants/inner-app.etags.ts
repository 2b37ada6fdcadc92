import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app answers whatever is read with an ETag. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.use((req, res, next) => {
        if (req.method !== 'GET') return next()
        res.setHeader('ETag', '"1"')
        if (req.headers['if-none-match'] === '"1"') res.statusCode = 304
        res.end()
      }),
    ),
} satisfies Partial<typeof real>)
