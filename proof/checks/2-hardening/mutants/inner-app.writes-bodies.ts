import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app writes what it was sent as JSON again, as a logger of bodies would. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.use((req, res, next) => {
        const { end } = res
        res.end = ((...given: []) => {
          try {
            JSON.stringify(req.body)
          } catch {
            res.statusCode = 500
          }
          return Reflect.apply(end, res, given)
        }) as typeof end
        next()
      }),
    ),
} satisfies Partial<typeof real>)
