import * as real from '../../../../../src/phases/4-auth/sessions/cookies/same-origin.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(
  import.meta.url,
  '../../../../../src/phases/4-auth/sessions/cookies/same-origin.js',
  {
    /** Where the browser says nothing but an origin, any will do. */
    anyOrigin: {
      sameOrigin(req, listed, hops) {
        const from = real.sameOrigin(req, listed, hops)
        return from === 'no' && req.headers['sec-fetch-site'] === undefined ? 'yes' : from
      },
    },
    /** Whatever is not of another site counts as the app. */
    anyPort: {
      sameOrigin(req, listed, hops) {
        const site = req.headers['sec-fetch-site']
        return site !== undefined && site !== 'cross-site' ? 'yes' : real.sameOrigin(req, listed, hops)
      },
    },
    /** Who hides where they come from counts as the app. */
    fromNowhere: {
      sameOrigin(...given) {
        const from = real.sameOrigin(...given)
        return from === 'hidden' ? 'yes' : from
      },
    },
  } satisfies Record<string, Partial<typeof real>>,
)
