import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../cookies/same-origin.js'

/** Where the browser says nothing but an origin, any will do. */
export default replacing(import.meta.url, '../../cookies/same-origin.js', {
  sameOrigin(req, listed, hops) {
    const from = real.sameOrigin(req, listed, hops)
    return from === 'no' && req.headers['sec-fetch-site'] === undefined ? 'yes' : from
  },
} satisfies Partial<typeof real>)
