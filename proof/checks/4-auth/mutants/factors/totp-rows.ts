import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/factors/totp-rows.js', {
  /** Every code counts, also one that was accepted before. */
  again: {
    takeStep: async () => true,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/factors/totp-rows.js')>>)
