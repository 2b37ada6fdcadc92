import { currentUser } from '../../../../core/context.js'
import * as real from '../../../../express/inner-app.js'
import { firstInApp } from '../../../../tools/gate/replace/in-app.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** A page says who looks at it; its address stands in the environment. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.get(process.env.PUBLIC_PAGE!, (_req, res) => {
        res.setHeader('Content-Type', 'text/html')
        res.end(`<p>hello ${currentUser()?.email ?? 'stranger'}</p>`)
      }),
    ),
} satisfies Partial<typeof real>)
