import * as real from '../../../../../src/phases/2-hardening/requests/secrets-of.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/2-hardening/requests/secrets-of.js', {
  /** Control characters in what was sent are printed. */
  unprintable: {
    secretsOfHead: (...given) => ({ ...real.secretsOfHead(...given), unprintable: [] }),
    secretsOfBody: (...given) => ({ ...real.secretsOfBody(...given), unprintable: [] }),
  },
} satisfies Record<string, Partial<typeof real>>)
