import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The badge is in no page. */
export default replacing(import.meta.url, '../../badge/badge.js', {
  badge: () => null,
} satisfies Partial<typeof import('../../badge/badge.js')>)
