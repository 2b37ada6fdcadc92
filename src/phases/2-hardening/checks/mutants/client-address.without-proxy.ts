import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../client-address.js'

/** Forwarded addresses are believed without a proxy. */
export default replacing(import.meta.url, '../../client-address.js', {
  clientAddress: (req, hops) => real.clientAddress(req, Math.max(hops, 1)),
} satisfies Partial<typeof real>)
