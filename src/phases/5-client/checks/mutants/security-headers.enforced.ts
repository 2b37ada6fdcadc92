import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../../2-hardening/security-headers.js'

/** The policy is enforced on the app's pages before phase 7. */
export default replacing(import.meta.url, '../../../2-hardening/security-headers.js', {
  securityHeaders: (kit) =>
    real.securityHeaders({ ...kit, has: (name) => name === 'legacy' || kit.has(name) }),
} satisfies Partial<typeof real>)
