import * as real from '../../../../src/phases/6-isolation/context.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Requests run on behalf of nobody. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/context.js', {
  context: (kit) => real.context({ ...kit, userOf: () => null }),
} satisfies Partial<typeof real>)
