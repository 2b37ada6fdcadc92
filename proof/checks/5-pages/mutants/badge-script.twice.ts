import * as real from '../../../../src/phases/5-pages/badge/badge-script.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** What waits is sent twice. */
export default replacing(import.meta.url, '../../../../src/phases/5-pages/badge/badge-script.js', {
  badgeScript: () => real.badgeScript().replace('return plain(again)', 'await plain(again.clone()); $&'),
} satisfies Partial<typeof real>)
