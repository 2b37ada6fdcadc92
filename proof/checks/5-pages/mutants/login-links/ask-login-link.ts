import { Problem } from '../../../../../src/core/problem.js'
import { findAccount } from '../../../../../src/phases/4-auth/accounts/accounts.js'
import * as real from '../../../../../src/phases/4-auth/login-links/ask-login-link.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/login-links/ask-login-link.js', {
  /** An unknown address is refused. */
  talkative: {
    askLoginLink(kit) {
      const ask = real.askLoginLink(kit)
      return async (req, res, given) => {
        if (!(await findAccount(kit.db, kit.config, given.email)))
          throw new Problem('invalid_request', 'There is no account with this address.')
        await ask(req, res, given)
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
