import * as real from '../../../../express/inner-app.js'
import { firstInApp } from '../../../../tools/gate/replace/in-app.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The app answers where a browser begins; the address stands in the environment. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.get(process.env.FIRST_PAGE!, (_req, res) => void res.end('hello')),
    ),
} satisfies Partial<typeof real>)
