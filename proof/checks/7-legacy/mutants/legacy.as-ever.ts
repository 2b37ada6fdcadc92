import { replacing } from '../../../gate/replace/replacing.js'

/** Retired routes answer as ever. */
export default replacing(import.meta.url, '../../../../src/phases/7-legacy/legacy.js', {
  legacy: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../../../src/phases/7-legacy/legacy.js')>)
