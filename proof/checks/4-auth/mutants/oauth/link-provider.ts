import * as real from '../../../../../src/phases/4-auth/oauth/link-provider.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/oauth/link-provider.js', {
  /** An account at a provider is linked after the login that began it has ended. */
  anyLogin: {
    linkProvider(kit) {
      const links = real.linkProvider(kit)
      return {
        ...links,
        async link(req, given, comer) {
          await kit
            .db('usertwo.user_sessions')
            .where({ id: given.linking.session })
            .update({ revoked_at: null })
          await links.link(req, given, comer)
        },
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
