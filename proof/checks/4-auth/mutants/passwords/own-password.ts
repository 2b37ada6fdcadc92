import { accountOf } from '../../../../../src/phases/4-auth/accounts/accounts.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/password-login/own-password.js', {
  /** The current password is not required. */
  unasked: {
    ownPassword:
      ({ db, config }) =>
      async (_req, { user }, work) =>
        work((await accountOf(db, config, user))!),
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/4-auth/password-login/own-password.js')>
>)
