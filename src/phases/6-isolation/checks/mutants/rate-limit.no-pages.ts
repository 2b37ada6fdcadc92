import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Pages have no limit for who is not logged in. */
export default replacing(import.meta.url, '../../../2-hardening/rate-limit.js', {
  pageRateLimit: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../../2-hardening/rate-limit.js')>)
