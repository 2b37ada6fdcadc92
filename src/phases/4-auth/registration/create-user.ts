import type { Knex } from 'knex'
import { appName } from '../../../config/app-name.js'
import type { Config } from '../../../config/config.js'
import { type Clock, systemClock } from '../../../core/clock.js'
import type { UserId } from '../../../core/context.js'
import { addAccount } from '../accounts/accounts.js'
import { assertNewName, isByName } from '../accounts/names.js'
import { read } from '../answer.js'
import { assertHardToGuess } from '../passwords/password-policy.js'
import { passwords } from '../passwords/passwords.js'
import { registerBodyOf } from './register.js'

export interface CreateUserOptions {
  clock?: Clock
  /** bcrypt cost. Default: 10. */
  cost?: number
  /** `kit.registered`, where a running app prepares rows for new users */
  registered?: (trx: Knex.Transaction, id: UserId) => Promise<void>
}

/** Another user already has this e-mail address or user name. */
export class LoginExists extends Error {
  constructor() {
    super('This e-mail address or user name is taken; give another.')
  }
}

/**
 * Makes a user without a registration, for the operator and the gate. Where users log in by user name, `username` is
 * required.
 *
 * @throws Problem `invalid_request` for an e-mail, name or password that a registration would refuse; LoginExists
 */
export async function createUser(
  db: Knex,
  config: Config,
  given: { email?: string; password: string; username?: string; admin?: boolean },
  options: CreateUserOptions = {},
): Promise<UserId> {
  const { clock = systemClock, cost = 10, registered } = options
  const { email, username, password } = read(registerBodyOf(config), given)
  if (isByName(config)) assertNewName(username!)
  assertHardToGuess(password, [appName(config), email, username])
  const hasher = passwords({ cost })
  try {
    const passwordHash = await hasher.hashNew(password)
    return await db.transaction(async (trx) => {
      const account = {
        email,
        username,
        passwordHash,
        admin: given.admin,
        ...(username && { nameAsItIs: true as const }),
      }
      const id = await addAccount(trx, { config, clock }, account)
      if (id === null) throw new LoginExists()
      await registered?.(trx, id)
      return id
    })
  } finally {
    await hasher.close()
  }
}
