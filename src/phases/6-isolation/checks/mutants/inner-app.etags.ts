import * as real from '../../../../express/inner-app.js'
import { firstInApp } from '../../../../tools/gate/replace/in-app.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The app answers whatever is read with an ETag. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
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
