import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The limit is off. */
export default replacing(import.meta.url, '../../rate-limit.js', {
  publicRateLimit: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../rate-limit.js')>)
