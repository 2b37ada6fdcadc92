import { isIP } from 'node:net'
import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../client-address.js'

/** The leftmost forwarded address is believed. */
export default replacing(import.meta.url, '../../client-address.js', {
  clientAddress(req, hops) {
    const first = String(req.headers['x-forwarded-for'] ?? '')
      .split(',')[0]!
      .trim()
    return hops > 0 && isIP(first) ? first : real.clientAddress(req, hops)
  },
} satisfies Partial<typeof real>)
