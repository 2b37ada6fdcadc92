import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../cookies/same-origin.js'

/** Who hides where they come from counts as the app. */
export default replacing(import.meta.url, '../../cookies/same-origin.js', {
  sameOrigin(...given) {
    const from = real.sameOrigin(...given)
    return from === 'hidden' ? 'yes' : from
  },
} satisfies Partial<typeof real>)
