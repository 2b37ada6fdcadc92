import * as real from '../../../../src/phases/6-isolation/requests/own-answers.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { asOwner } from './as-owner.js'

export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/own-answers.js', {
  /** Every answer is for the owner. */
  asOwner: {
    ownAnswers: (kit) => real.ownAnswers(asOwner(kit)),
  },
} satisfies Record<string, Partial<typeof real>>)
