import * as real from '../../../../../src/phases/4-auth/oauth/provider/oauth-library.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(
  import.meta.url,
  '../../../../../src/phases/4-auth/oauth/provider/oauth-library.js',
  {
    /** The signature of an ID token is not verified, as the package does by default. */
    unsigned: {
      async oauthLibrary() {
        return { ...(await real.oauthLibrary()), enableNonRepudiationChecks() {} }
      },
    },
  } satisfies Record<string, Partial<typeof real>>,
)
