import { replacing } from '../../../gate/replace/replacing.js'

/** The badge is in no page. */
export default replacing(import.meta.url, '../../../../src/phases/5-pages/badge/badge.js', {
  badge: () => null,
} satisfies Partial<typeof import('../../../../src/phases/5-pages/badge/badge.js')>)
