import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Nobody has to be logged in. */
export default replacing(import.meta.url, '../../require-user.js', {
  requireUser: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../require-user.js')>)
