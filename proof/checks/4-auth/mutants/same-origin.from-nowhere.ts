import * as real from '../../../../src/phases/4-auth/sessions/cookies/same-origin.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Who hides where they come from counts as the app. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/cookies/same-origin.js', {
  sameOrigin(...given) {
    const from = real.sameOrigin(...given)
    return from === 'hidden' ? 'yes' : from
  },
} satisfies Partial<typeof real>)
