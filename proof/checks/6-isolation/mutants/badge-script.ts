import * as real from '../../../../src/phases/5-pages/badge/badge-script.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/5-pages/badge/badge-script.js', {
  /** The badge removes nothing from the page. */
  offersAll: {
    badgeScript: (say) => real.badgeScript(say).replace('const hideOthers = () => {', '$& return'),
  },
} satisfies Record<string, Partial<typeof real>>)
