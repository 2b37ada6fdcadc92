import * as real from '../../../../src/phases/2-hardening/requests/client-address.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Forwarded addresses are believed without a proxy. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/client-address.js', {
  clientAddress: (req, hops) => real.clientAddress(req, Math.max(hops, 1)),
} satisfies Partial<typeof real>)
