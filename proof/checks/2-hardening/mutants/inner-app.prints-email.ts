import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app prints an e-mail address as it was sent. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.use((req, _res, next) => {
        console.log(`asked for ${new URLSearchParams(req.url.split('?')[1]).get('email')}`)
        next()
      }),
    ),
} satisfies Partial<typeof real>)
