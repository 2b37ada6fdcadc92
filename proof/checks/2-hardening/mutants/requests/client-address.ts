import { isIP } from 'node:net'
import * as real from '../../../../../src/phases/2-hardening/requests/client-address.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(
  import.meta.url,
  '../../../../../src/phases/2-hardening/requests/client-address.js',
  {
    /** The leftmost forwarded address is believed. */
    leftmost: {
      clientAddress(req, hops) {
        const first = String(req.headers['x-forwarded-for'] ?? '')
          .split(',')[0]!
          .trim()
        return hops > 0 && isIP(first) ? first : real.clientAddress(req, hops)
      },
    },
    /** Forwarded addresses are believed without a proxy. */
    withoutProxy: {
      clientAddress: (req, hops) => real.clientAddress(req, Math.max(hops, 1)),
    },
  } satisfies Record<string, Partial<typeof real>>,
)
