import { replacing } from '../../../../tools/gate/replace/replacing.js'
import { accountOf } from '../../people/accounts.js'

/** The password there is is not asked for. */
export default replacing(import.meta.url, '../../passwords/own-password.js', {
  ownPassword:
    ({ db, config }) =>
    async (_req, { user }, work) =>
      work((await accountOf(db, config, user))!),
} satisfies Partial<typeof import('../../passwords/own-password.js')>)
