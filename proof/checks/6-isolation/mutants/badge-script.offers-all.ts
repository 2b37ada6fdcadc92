import * as real from '../../../../src/phases/5-pages/badge/badge-script.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The badge takes nothing off the page. */
export default replacing(import.meta.url, '../../../../src/phases/5-pages/badge/badge-script.js', {
  badgeScript: () => real.badgeScript().replace('const hideOthers = () => {', '$& return'),
} satisfies Partial<typeof real>)
