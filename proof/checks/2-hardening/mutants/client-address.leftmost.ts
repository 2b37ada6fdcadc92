import { isIP } from 'node:net'
import * as real from '../../../../src/phases/2-hardening/requests/client-address.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The leftmost forwarded address is believed. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/client-address.js', {
  clientAddress(req, hops) {
    const first = String(req.headers['x-forwarded-for'] ?? '')
      .split(',')[0]!
      .trim()
    return hops > 0 && isIP(first) ? first : real.clientAddress(req, hops)
  },
} satisfies Partial<typeof real>)
