import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/4-auth/answer.js', {
  /** Answers may be stored. */
  stored: {
    noStore: (_req, _res, next) => next(),
  },
} satisfies Record<string, Partial<typeof import('../../../../src/phases/4-auth/answer.js')>>)
