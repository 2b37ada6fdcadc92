import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app answers where a browser begins; the address stands in the environment. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.get(process.env.FIRST_PAGE!, (_req, res) => void res.end('hello')),
    ),
} satisfies Partial<typeof real>)
