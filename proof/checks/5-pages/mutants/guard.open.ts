import { replacing } from '../../../gate/replace/replacing.js'

/** Pages open to everybody. */
export default replacing(import.meta.url, '../../../../src/phases/5-pages/guard.js', {
  guard: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../../../src/phases/5-pages/guard.js')>)
