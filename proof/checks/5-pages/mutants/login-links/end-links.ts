import * as real from '../../../../../src/phases/4-auth/links/end-links.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/links/end-links.js', {
  /** A new password ends no links but those that set one. */
  kept: {
    endLinks: real.endResets,
  },
} satisfies Record<string, Partial<typeof real>>)
