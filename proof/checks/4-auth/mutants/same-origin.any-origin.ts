import * as real from '../../../../src/phases/4-auth/sessions/cookies/same-origin.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Where the browser says nothing but an origin, any will do. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/cookies/same-origin.js', {
  sameOrigin(req, listed, hops) {
    const from = real.sameOrigin(req, listed, hops)
    return from === 'no' && req.headers['sec-fetch-site'] === undefined ? 'yes' : from
  },
} satisfies Partial<typeof real>)
