import * as real from '../../../../src/express/inner-app.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { showing } from './showing.js'

/** The app answers reads with its environment. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) => showing(real.asInnerApp(app), () => JSON.stringify(process.env)),
} satisfies Partial<typeof real>)
