import * as real from '../../../../../src/phases/4-auth/proxy/proxy-addresses.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/proxy/proxy-addresses.js', {
  /** Every connection counts as one of the proxy. */
  anyPeer: {
    peerOf: () => '127.0.0.1',
  },
  /** A client says itself which address it has. */
  forwarded: {
    peerOf: (req) => String(req.headers['x-forwarded-for'] ?? real.peerOf(req)).split(',')[0]!,
  },
} satisfies Record<string, Partial<typeof real>>)
