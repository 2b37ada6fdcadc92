import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/accounts/claim-code.js', {
  /** Any code claims the owner. */
  any: {
    isClaimCode: async () => true,
    useClaimCode: async () => true,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/accounts/claim-code.js')>>)
