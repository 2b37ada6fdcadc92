import * as real from '../../../../express/inner-app.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'
import { showing } from './showing.js'

/** The app answers reads with its environment. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
  asInnerApp: (app) => showing(real.asInnerApp(app), () => JSON.stringify(process.env)),
} satisfies Partial<typeof real>)
