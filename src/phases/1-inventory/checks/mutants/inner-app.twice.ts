import * as real from '../../../../express/inner-app.js'
import { inApp } from '../../../../tools/gate/replace/in-app.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The app declares a route twice. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
  asInnerApp: (app) =>
    inApp(real.asInnerApp(app), (own) => {
      for (let i = 0; i < 2; i++) own.get('/usertwo-twice', (_req, res) => void res.end())
    }),
} satisfies Partial<typeof real>)
