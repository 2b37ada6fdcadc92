import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Answers may be stored. */
export default replacing(import.meta.url, '../../answer.js', {
  noStore: (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../answer.js')>)
