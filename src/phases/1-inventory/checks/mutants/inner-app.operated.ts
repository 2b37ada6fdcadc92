import * as real from '../../../../express/inner-app.js'
import { inApp } from '../../../../tools/gate/replace/in-app.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The app has a route for its operator. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
  asInnerApp: (app) =>
    inApp(real.asInnerApp(app), (own) => own.post('/usertwo/internal/shell', (_req, res) => void res.end())),
} satisfies Partial<typeof real>)
