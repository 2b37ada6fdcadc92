import * as real from '../../../../src/express/inner-app.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { noting } from './noting.js'

/** The app prints the address of every request as an error. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) => noting(real.asInnerApp(app), (text) => console.error(text)),
} satisfies Partial<typeof real>)
