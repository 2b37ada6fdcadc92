import { currentUser } from '../../../../src/core/context.js'
import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** A page says who looks at it; its address stands in the environment. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.get(process.env.PUBLIC_PAGE!, (_req, res) => {
        res.setHeader('Content-Type', 'text/html')
        res.end(`<p>hello ${currentUser()?.email ?? 'stranger'}</p>`)
      }),
    ),
} satisfies Partial<typeof real>)
