import * as real from '../../../../src/express/inner-app.js'
import { appendedToPages } from '../../../gate/replace/in-pages.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Every page of the app has a script within it. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) => appendedToPages(real.asInnerApp(app), '<script>window.usertwo = 1</script>'),
} satisfies Partial<typeof real>)
