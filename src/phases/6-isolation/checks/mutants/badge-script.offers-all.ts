import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../../5-client/badge/badge-script.js'

/** The badge takes nothing off the page. */
export default replacing(import.meta.url, '../../../5-client/badge/badge-script.js', {
  badgeScript: () => real.badgeScript().replace('const hideOthers = () => {', '$& return'),
} satisfies Partial<typeof real>)
