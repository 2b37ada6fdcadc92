import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/password-login/reauth.js', {
  /** Every login is recent. */
  alwaysRecent: {
    assertRecent: async () => {},
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/4-auth/password-login/reauth.js')>
>)
