import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Bodies may be nested without end. */
export default replacing(import.meta.url, '../../deep-body.js', {
  deepBody: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../deep-body.js')>)
