import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../secrets-of.js'

/** Control characters in what was sent are printed. */
export default replacing(import.meta.url, '../../secrets-of.js', {
  secretsOfHead: (...given) => ({ ...real.secretsOfHead(...given), unprintable: [] }),
  secretsOfBody: (...given) => ({ ...real.secretsOfBody(...given), unprintable: [] }),
} satisfies Partial<typeof real>)
