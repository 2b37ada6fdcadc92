import { replacing } from '../../../gate/replace/replacing.js'

/** Answers may be stored. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/answer.js', {
  noStore: (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../../../src/phases/4-auth/answer.js')>)
