import * as real from '../../../../src/express/inner-app.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { showing } from './showing.js'

/** The app answers reads with the address of its database, in base64. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) =>
    showing(real.asInnerApp(app), () => Buffer.from(process.env.DATABASE_URL!).toString('base64')),
} satisfies Partial<typeof real>)
