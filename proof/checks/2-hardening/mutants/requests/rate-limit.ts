import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/2-hardening/requests/rate-limit.js', {
  /** The limit is off. */
  off: {
    publicRateLimit: () => (_req, _res, next) => next(),
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/2-hardening/requests/rate-limit.js')>
>)
