import * as real from '../../../../src/express/inner-app.js'
import { inApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app has a route that nobody has written down. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    inApp(real.asInnerApp(app), (own) => own.get('/usertwo-unlisted', (_req, res) => void res.end())),
} satisfies Partial<typeof real>)
