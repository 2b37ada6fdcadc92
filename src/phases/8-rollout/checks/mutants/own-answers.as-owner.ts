import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../../6-isolation/own-answers.js'
import { asOwner } from './as-owner.js'

/** Every answer is for the owner. */
export default replacing(import.meta.url, '../../../6-isolation/own-answers.js', {
  ownAnswers: (kit) => real.ownAnswers(asOwner(kit)),
} satisfies Partial<typeof real>)
