import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/passkeys/passkey-rows.js', {
  /** Every counter is accepted. */
  uncounted: {
    useCounter: async () => true,
  },
  /** A passkey that is removed stays. */
  kept: {
    removePasskeyRow: async () => true,
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/4-auth/passkeys/passkey-rows.js')>
>)
