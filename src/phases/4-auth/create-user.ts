import type { Knex } from 'knex'
import { type Clock, systemClock } from '../../core/clock.js'
import type { Config } from '../../core/config.js'
import type { UserId } from '../../core/context.js'
import { addAccount } from './accounts.js'
import { read } from './answer.js'
import { passwords } from './passwords.js'
import { registerBody } from './register.js'

export interface CreateUserOptions {
  clock?: Clock
  /** bcrypt cost. Default: 10. */
  cost?: number
  /** `kit.registered`, where a running app prepares rows for new users */
  registered?: (trx: Knex.Transaction, id: UserId) => Promise<void>
}

/**
 * Makes a user past the registration, for the operator and the gate.
 *
 * @throws Problem `invalid_request` for an e-mail, name or password registration would refuse; Error when taken
 */
export async function createUser(
  db: Knex,
  config: Config,
  given: { email: string; password: string; username?: string; admin?: boolean },
  options: CreateUserOptions = {},
): Promise<UserId> {
  const { clock = systemClock, cost = 10, registered } = options
  const { email, username, password } = read(registerBody, given)
  const hasher = passwords({ cost })
  try {
    const passwordHash = await hasher.hash(password)
    return await db.transaction(async (trx) => {
      const account = { email, username, passwordHash, admin: given.admin }
      const id = await addAccount(trx, { config, clock }, account)
      if (id === null) throw new Error('This e-mail address or user name is taken; give another.')
      await registered?.(trx, id)
      return id
    })
  } finally {
    await hasher.close()
  }
}
