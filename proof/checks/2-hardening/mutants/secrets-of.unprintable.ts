import * as real from '../../../../src/phases/2-hardening/requests/secrets-of.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Control characters in what was sent are printed. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/secrets-of.js', {
  secretsOfHead: (...given) => ({ ...real.secretsOfHead(...given), unprintable: [] }),
  secretsOfBody: (...given) => ({ ...real.secretsOfBody(...given), unprintable: [] }),
} satisfies Partial<typeof real>)
