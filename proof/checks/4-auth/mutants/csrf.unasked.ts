import { replacing } from '../../../gate/replace/replacing.js'

/** Unsafe requests need no proof. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/cookies/csrf.js', {
  csrf: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../../../src/phases/4-auth/sessions/cookies/csrf.js')>)
