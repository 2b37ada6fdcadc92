import * as real from '../../../../src/express/inner-app.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { showing } from './showing.js'

/** The app answers reads with the names of its variables. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) => showing(real.asInnerApp(app), () => Object.keys(process.env).join()),
} satisfies Partial<typeof real>)
