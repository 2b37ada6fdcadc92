import type { Knex } from 'knex'
import type { Config } from '../../src/config/config.js'
import type { UserId } from '../../src/core/context.js'
import { peopleCalled } from '../../src/phases/4-auth/accounts/people-called.js'
import { UsageError } from '../usage-error.js'

/**
 * Finds a user by e-mail address, user name or id.
 * @throws UsageError when no user matches, or more than one
 */
export async function userOf(db: Knex, config: Config, who: string): Promise<UserId> {
  const found = await peopleCalled(db, config, who)
  if (found.length === 1) return found[0]!
  throw new UsageError(
    found.length === 0
      ? `no user has the e-mail address, user name or id ${who}; see: usertwo users list`
      : `${who} is the user name of one and the id of another; give an e-mail address`,
  )
}
