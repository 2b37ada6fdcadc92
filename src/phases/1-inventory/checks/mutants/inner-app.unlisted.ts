import * as real from '../../../../express/inner-app.js'
import { inApp } from '../../../../tools/gate/replace/in-app.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The app has a route that nobody has written down. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
  asInnerApp: (app) =>
    inApp(real.asInnerApp(app), (own) => own.get('/usertwo-unlisted', (_req, res) => void res.end())),
} satisfies Partial<typeof real>)
