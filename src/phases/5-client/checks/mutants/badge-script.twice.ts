import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../badge/badge-script.js'

/** What waits is sent twice. */
export default replacing(import.meta.url, '../../badge/badge-script.js', {
  badgeScript: () => real.badgeScript().replace('return plain(again)', 'await plain(again.clone()); $&'),
} satisfies Partial<typeof real>)
