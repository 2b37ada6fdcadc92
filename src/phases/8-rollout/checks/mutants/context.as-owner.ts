import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../../6-isolation/context.js'
import { asOwner } from './as-owner.js'

/** Everybody acts as the owner. */
export default replacing(import.meta.url, '../../../6-isolation/context.js', {
  context: (kit) => real.context(asOwner(kit)),
} satisfies Partial<typeof real>)
