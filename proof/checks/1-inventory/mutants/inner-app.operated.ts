import * as real from '../../../../src/express/inner-app.js'
import { inApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The app has a route for its operator. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    inApp(real.asInnerApp(app), (own) => own.post('/usertwo/internal/shell', (_req, res) => void res.end())),
} satisfies Partial<typeof real>)
