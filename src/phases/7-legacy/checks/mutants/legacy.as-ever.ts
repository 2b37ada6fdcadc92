import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Retired routes answer as ever. */
export default replacing(import.meta.url, '../../legacy.js', {
  legacy: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../legacy.js')>)
