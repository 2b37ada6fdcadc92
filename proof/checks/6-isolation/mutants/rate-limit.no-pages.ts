import { replacing } from '../../../gate/replace/replacing.js'

/** Pages have no limit for who is not logged in. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/rate-limit.js', {
  pageRateLimit: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../../../src/phases/2-hardening/requests/rate-limit.js')>)
