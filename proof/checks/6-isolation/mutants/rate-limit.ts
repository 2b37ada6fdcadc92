import * as real from '../../../../src/phases/2-hardening/requests/rate-limit.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/rate-limit.js', {
  /** Pages have no limit for anonymous clients. */
  noPages: {
    pageRateLimit: () => (_req, _res, next) => next(),
  },
  /** Pages count all users at one address together. */
  oneForPages: {
    pageRateLimit: (kit) => real.pageRateLimit({ ...kit, userOf: () => null }),
  },
} satisfies Record<string, Partial<typeof real>>)
