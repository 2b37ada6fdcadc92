import type { Kit } from '../../../../../src/core/kit.js'
import * as real from '../../../../../src/phases/4-auth/password-login/password-reset.js'
import { replacing } from '../../../../gate/replace/replacing.js'

/** Sets a password by a link, as it should be, and then undoes one consequence. */
const resetThen =
  (takeBack: (kit: Kit) => PromiseLike<unknown>): typeof real.passwordReset =>
  (kit) => {
    const made = real.passwordReset(kit)
    return {
      ...made,
      async use(req, given) {
        const used = await made.use(req, given)
        await takeBack(kit)
        return used
      },
    }
  }

export default replacing(
  import.meta.url,
  '../../../../../src/phases/4-auth/password-login/password-reset.js',
  {
    /** A link works any number of times. */
    again: {
      passwordReset: resetThen((kit) => kit.db('usertwo.password_resets').update({ used_at: null })),
    },
    /** Setting a password by a link removes the second factor. */
    factorGone: {
      passwordReset: resetThen((kit) => kit.db('usertwo.totp').delete()),
    },
    /** Sessions from before the reset stay valid. */
    loginsKept: {
      passwordReset: resetThen((kit) => kit.db('usertwo.user_sessions').update({ revoked_at: null })),
    },
  } satisfies Record<string, Partial<typeof real>>,
)
