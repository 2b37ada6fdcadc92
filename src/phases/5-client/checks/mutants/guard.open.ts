import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Pages open to everybody. */
export default replacing(import.meta.url, '../../guard.js', {
  guard: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../guard.js')>)
