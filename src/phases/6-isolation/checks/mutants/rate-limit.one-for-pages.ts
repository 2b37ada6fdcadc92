import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../../2-hardening/rate-limit.js'

/** Pages count everybody at one address together. */
export default replacing(import.meta.url, '../../../2-hardening/rate-limit.js', {
  pageRateLimit: (kit) => real.pageRateLimit({ ...kit, userOf: () => null }),
} satisfies Partial<typeof real>)
