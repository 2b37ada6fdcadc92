import * as real from '../../../../src/phases/2-hardening/requests/rate-limit.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Pages count everybody at one address together. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/rate-limit.js', {
  pageRateLimit: (kit) => real.pageRateLimit({ ...kit, userOf: () => null }),
} satisfies Partial<typeof real>)
