import * as real from '../../../../express/inner-app.js'
import { appendedToPages } from '../../../../tools/gate/replace/in-pages.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Every page of the app has an element with a handler. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
  asInnerApp: (app) => appendedToPages(real.asInnerApp(app), '<a onclick="window.usertwo = 1"></a>'),
} satisfies Partial<typeof real>)
