import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The owner never has a login yet, and so can be claimed again. */
export default replacing(import.meta.url, '../../logins/owner-login.js', {
  ownerHasLogin: async () => false,
  isClaimed: async () => false,
} satisfies Partial<typeof import('../../logins/owner-login.js')>)
