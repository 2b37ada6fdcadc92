import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The app's own words on caches stand. */
export default replacing(import.meta.url, '../../private-answers.js', {
  privateAnswers: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../private-answers.js')>)
