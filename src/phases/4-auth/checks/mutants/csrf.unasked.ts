import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Unsafe requests need no proof. */
export default replacing(import.meta.url, '../../cookies/csrf.js', {
  csrf: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../cookies/csrf.js')>)
