import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/cookies/csrf.js', {
  /** Unsafe requests need no proof. */
  unasked: {
    csrf: () => (_req, _res, next) => next(),
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/4-auth/sessions/cookies/csrf.js')>
>)
