import * as real from '../../../../src/express/inner-app.js'
import { firstInApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app prints what it is sent, as it came: also what no parser has read. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.use((req, _res, next) => {
        const { emit } = req
        req.emit = (event: string, ...given: unknown[]) => {
          if (event === 'data') console.log(`was sent ${given[0]}`)
          return Reflect.apply(emit, req, [event, ...given])
        }
        next()
      }),
    ),
} satisfies Partial<typeof real>)
