import * as real from '../../../../src/phases/4-auth/sessions/cookies/same-origin.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Whatever is not of another site counts as the app. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/cookies/same-origin.js', {
  sameOrigin(req, listed, hops) {
    const site = req.headers['sec-fetch-site']
    return site !== undefined && site !== 'cross-site' ? 'yes' : real.sameOrigin(req, listed, hops)
  },
} satisfies Partial<typeof real>)
