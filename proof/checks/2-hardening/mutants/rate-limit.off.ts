import { replacing } from '../../../gate/replace/replacing.js'

/** The limit is off. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/rate-limit.js', {
  publicRateLimit: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../../../src/phases/2-hardening/requests/rate-limit.js')>)
