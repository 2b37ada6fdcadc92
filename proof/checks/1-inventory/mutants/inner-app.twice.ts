import * as real from '../../../../src/express/inner-app.js'
import { inApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app declares a route twice. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    inApp(real.asInnerApp(app), (own) => {
      for (let i = 0; i < 2; i++) own.get('/usertwo-twice', (_req, res) => void res.end())
    }),
} satisfies Partial<typeof real>)
