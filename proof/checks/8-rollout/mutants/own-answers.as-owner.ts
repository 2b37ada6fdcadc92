import * as real from '../../../../src/phases/6-isolation/requests/own-answers.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { asOwner } from './as-owner.js'

/** Every answer is for the owner. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/own-answers.js', {
  ownAnswers: (kit) => real.ownAnswers(asOwner(kit)),
} satisfies Partial<typeof real>)
