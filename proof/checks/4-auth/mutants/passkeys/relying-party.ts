import * as real from '../../../../../src/phases/4-auth/passkeys/relying-party.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/passkeys/relying-party.js', {
  /** The origin that an answer says is the app's. */
  anyOrigin: {
    relyingParty: (kit) => ({ ...real.relyingParty(kit), originFor: (said) => said }),
  },
} satisfies Record<string, Partial<typeof real>>)
