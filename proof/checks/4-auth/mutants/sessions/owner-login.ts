import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/accounts/owner-login.js', {
  /** The owner never counts as claimed, and can be claimed again. */
  never: {
    ownerHasLogin: async () => false,
    isClaimed: async () => false,
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/4-auth/accounts/owner-login.js')>
>)
