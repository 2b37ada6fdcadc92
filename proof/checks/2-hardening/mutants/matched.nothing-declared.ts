import { replacing } from '../../../gate/replace/replacing.js'

/** No route is known to be the app's own. */
export default replacing(import.meta.url, '../../../../src/express/matched.js', {
  isDeclared: () => false,
} satisfies Partial<typeof import('../../../../src/express/matched.js')>)
