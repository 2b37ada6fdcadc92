import { replacing } from '../../../gate/replace/replacing.js'

/** The app's own words on caches stand. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/private-answers.js', {
  privateAnswers: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../../../src/phases/6-isolation/requests/private-answers.js')>)
