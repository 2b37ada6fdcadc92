import * as real from '../../../../src/express/inner-app.js'
import { appendedToPages } from '../../../gate/replace/in-pages.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Every page of the app has an element with a handler. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) => appendedToPages(real.asInnerApp(app), '<a onclick="window.usertwo = 1"></a>'),
} satisfies Partial<typeof real>)
