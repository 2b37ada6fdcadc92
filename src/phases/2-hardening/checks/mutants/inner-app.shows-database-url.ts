import * as real from '../../../../express/inner-app.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'
import { showing } from './showing.js'

/** The app answers reads with the address of its database, in base64. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
  asInnerApp: (app) =>
    showing(real.asInnerApp(app), () => Buffer.from(process.env.DATABASE_URL!).toString('base64')),
} satisfies Partial<typeof real>)
