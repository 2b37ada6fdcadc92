import * as real from '../../../../../src/phases/4-auth/oauth/flow-secrets.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/oauth/flow-secrets.js', {
  /** Every login has the same verifier. */
  oneForAll: {
    flowSecrets(browser, state) {
      const { verifier, challenge } = real.flowSecrets('the same', 'for all')
      return { ...real.flowSecrets(browser, state), verifier, challenge }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
