import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** No route is known to be the app's own. */
export default replacing(import.meta.url, '../../../../express/matched.js', {
  isDeclared: () => false,
} satisfies Partial<typeof import('../../../../express/matched.js')>)
