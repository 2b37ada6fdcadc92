import * as real from '../../../../src/phases/2-hardening/answers/security-headers.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The policy is enforced on the app's pages before phase 7. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/answers/security-headers.js', {
  securityHeaders: (kit) =>
    real.securityHeaders({ ...kit, has: (name) => name === 'legacy' || kit.has(name) }),
} satisfies Partial<typeof real>)
