import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The policy of the app's pages names its scripts one by one. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.use((_req, res, next) => {
        res.setHeader('Content-Security-Policy', "script-src 'nonce-of-their-own'")
        next()
      }),
    ),
} satisfies Partial<typeof real>)
