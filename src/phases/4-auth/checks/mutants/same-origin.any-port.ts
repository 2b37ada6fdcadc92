import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../cookies/same-origin.js'

/** Whatever is not of another site counts as the app. */
export default replacing(import.meta.url, '../../cookies/same-origin.js', {
  sameOrigin(req, listed, hops) {
    const site = req.headers['sec-fetch-site']
    return site !== undefined && site !== 'cross-site' ? 'yes' : real.sameOrigin(req, listed, hops)
  },
} satisfies Partial<typeof real>)
