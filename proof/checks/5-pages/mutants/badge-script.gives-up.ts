import * as real from '../../../../src/phases/5-pages/badge/badge-script.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** A call gets its 401 at once. */
export default replacing(import.meta.url, '../../../../src/phases/5-pages/badge/badge-script.js', {
  badgeScript: () => real.badgeScript().replace('const isBack = async (isRead) => {', '$& return false'),
} satisfies Partial<typeof real>)
