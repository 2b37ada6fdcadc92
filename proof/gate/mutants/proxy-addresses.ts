import * as real from '../../../src/phases/4-auth/proxy/proxy-addresses.js'
import { replacing } from '../replace/replacing.js'

export default replacing(import.meta.url, '../../../src/phases/4-auth/proxy/proxy-addresses.js', {
  /** Believes the senders of a gate as if each were the proxy: see `nextAddress`. Browsers and tests have no such address. */
  ofGate: {
    believedFrom: () => real.believedFrom(['127.0.0.1', '::1', '127.1.0.0/16']),
  },
  /** Believes an address that no machine has. */
  elsewhere: {
    believedFrom: () => real.believedFrom(['192.0.2.1']),
  },
} satisfies Record<string, Partial<typeof real>>)
