import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/5-pages/badge/badge.js', {
  /** The badge is on no page. */
  none: {
    badge: () => null,
  },
} satisfies Record<string, Partial<typeof import('../../../../src/phases/5-pages/badge/badge.js')>>)
