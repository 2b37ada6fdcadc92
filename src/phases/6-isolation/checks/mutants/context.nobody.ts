import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../context.js'

/** Requests run on behalf of nobody. */
export default replacing(import.meta.url, '../../context.js', {
  context: (kit) => real.context({ ...kit, userOf: () => null }),
} satisfies Partial<typeof real>)
