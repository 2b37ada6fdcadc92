import * as real from '../../../../src/phases/2-hardening/answers/security-headers.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/2-hardening/answers/security-headers.js', {
  /** The policy is enforced on the app's pages before phase 7. */
  enforced: {
    securityHeaders: (kit) =>
      real.securityHeaders({ ...kit, has: (name) => name === 'legacy' || kit.has(name) }),
  },
} satisfies Record<string, Partial<typeof real>>)
