import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { appendedToPages } from '../../../gate/replace/in-pages.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  /** Every page of the app has a script within it. */
  inlineScript: {
    asInnerApp: (app) => appendedToPages(real.asInnerApp(app), '<script>window.usertwo = 1</script>'),
  },
  /** The policy of the app's pages names its scripts one by one. */
  noScript: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((_req, res, next) => {
          res.setHeader('Content-Security-Policy', "script-src 'nonce-of-their-own'")
          next()
        }),
      ),
  },
} satisfies Record<string, Partial<typeof real>>)
