import { replacing } from '../../../gate/replace/replacing.js'

/** Any code claims the owner. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/accounts/claim-code.js', {
  isClaimCode: async () => true,
  useClaimCode: async () => true,
} satisfies Partial<typeof import('../../../../src/phases/4-auth/accounts/claim-code.js')>)
