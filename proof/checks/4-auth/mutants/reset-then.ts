import type { Kit } from '../../../../src/core/kit.js'
import type * as reset from '../../../../src/phases/4-auth/passwords/password-reset.js'

/** A password is set by a link as it should be, and then something is taken back. */
export const resetThen =
  (
    /** what the mutant has imported: it alone gets the unchanged module by that name */
    { passwordReset }: typeof reset,
    takeBack: (kit: Kit) => PromiseLike<unknown>,
  ): typeof reset.passwordReset =>
  (kit) => {
    const made = passwordReset(kit)
    return {
      ...made,
      async use(req, given) {
        const used = await made.use(req, given)
        await takeBack(kit)
        return used
      },
    }
  }
