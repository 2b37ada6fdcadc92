import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/factors/totp-rows.js', {
  /** Which code was accepted last is not looked at. */
  again: {
    takeStep: async () => true,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/factors/totp-rows.js')>>)
