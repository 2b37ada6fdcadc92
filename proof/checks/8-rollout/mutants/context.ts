import * as real from '../../../../src/phases/6-isolation/context.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { asOwner } from './as-owner.js'

export default replacing(import.meta.url, '../../../../src/phases/6-isolation/context.js', {
  /** Every user acts as the owner. */
  asOwner: {
    context: (kit) => real.context(asOwner(kit)),
  },
} satisfies Record<string, Partial<typeof real>>)
