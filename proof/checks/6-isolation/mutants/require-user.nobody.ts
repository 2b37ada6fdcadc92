import { replacing } from '../../../gate/replace/replacing.js'

/** Nobody has to be logged in. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/require-user.js', {
  requireUser: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../../../src/phases/6-isolation/requests/require-user.js')>)
