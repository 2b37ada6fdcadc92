import { replacing } from '../../../gate/replace/replacing.js'

/** Bodies may be nested without end. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/deep-body.js', {
  deepBody: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../../../src/phases/2-hardening/requests/deep-body.js')>)
