import * as real from '../../../../../src/phases/4-auth/sessions/cookies/same-origin.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(
  import.meta.url,
  '../../../../../src/phases/4-auth/sessions/cookies/same-origin.js',
  {
    /** If the browser sends only an origin, any origin is accepted. */
    anyOrigin: {
      sameOrigin(req, listed, hops) {
        const from = real.sameOrigin(req, listed, hops)
        return from === 'no' && req.headers['sec-fetch-site'] === undefined ? 'yes' : from
      },
    },
    /** Every origin of the same site counts as the app. */
    anyPort: {
      sameOrigin(req, listed, hops) {
        const site = req.headers['sec-fetch-site']
        return site !== undefined && site !== 'cross-site' ? 'yes' : real.sameOrigin(req, listed, hops)
      },
    },
    /** A request without a known origin counts as the app's. */
    fromNowhere: {
      sameOrigin(...given) {
        const from = real.sameOrigin(...given)
        return from === 'hidden' ? 'yes' : from
      },
    },
  } satisfies Record<string, Partial<typeof real>>,
)
