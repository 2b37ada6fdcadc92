import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../badge/badge-script.js'

/** A call gets its 401 at once. */
export default replacing(import.meta.url, '../../badge/badge-script.js', {
  badgeScript: () => real.badgeScript().replace('const isBack = async (isRead) => {', '$& return false'),
} satisfies Partial<typeof real>)
