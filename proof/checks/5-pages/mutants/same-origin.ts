import * as real from '../../../../src/phases/4-auth/sessions/cookies/same-origin.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/cookies/same-origin.js', {
  /** The app's own page may not write. */
  notEvenOwn: {
    sameOrigin: (req, ...more) =>
      req.headers['sec-fetch-site'] === 'same-origin' ? 'no' : real.sameOrigin(req, ...more),
  },
} satisfies Record<string, Partial<typeof real>>)
