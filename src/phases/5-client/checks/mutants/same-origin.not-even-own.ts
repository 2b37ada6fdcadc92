import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../../4-auth/cookies/same-origin.js'

/** The app's own page may not write. */
export default replacing(import.meta.url, '../../../4-auth/cookies/same-origin.js', {
  sameOrigin: (req, ...more) =>
    req.headers['sec-fetch-site'] === 'same-origin' ? 'no' : real.sameOrigin(req, ...more),
} satisfies Partial<typeof real>)
