import { replacing } from '../../../gate/replace/replacing.js'

/** The owner never has a login yet, and so can be claimed again. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/owner-login.js', {
  ownerHasLogin: async () => false,
  isClaimed: async () => false,
} satisfies Partial<typeof import('../../../../src/phases/4-auth/sessions/owner-login.js')>)
