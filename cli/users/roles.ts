import type { Knex } from 'knex'
import type { Config } from '../../src/config/config.js'
import type { UserId } from '../../src/core/context.js'
import { grant, ROLE, ungrant } from '../../src/phases/4-auth/access/grant.js'
import { untilForgotten } from '../../src/phases/4-auth/sessions/until-forgotten.js'
import { EXIT } from '../command.js'
import { UsageError } from '../usage-error.js'

/** @throws UsageError when it is not a valid name for a role */
export function assertRole(role: string): void {
  if (!ROLE.test(role))
    throw new UsageError(`--role ${role}: letters, digits and : . - _, at most 100, e.g. --role editor`)
}

/** Gives a user a role or takes it away; without a name, that of an administrator. */
export async function changeRole(
  db: Knex,
  config: Config,
  user: UserId,
  what: 'grant' | 'ungrant',
  { role = 'admin', force }: { role?: string; force: boolean },
): Promise<number> {
  assertRole(role)
  const named = role === 'admin' ? 'an administrator' : `of the role ${role}`
  if (what === 'grant') {
    await grant(db, config, user, role)
    await untilForgotten({ db, config }, user)
    console.log(`User ${user} is ${named}.`)
    return EXIT.go
  }
  if (!(await ungrant(db, config, user, role, { force }))) {
    console.log(
      `User ${user} is the only administrator who can log in; make another one first (users grant WHO), or say --force.`,
    )
    return EXIT.noGo
  }
  await untilForgotten({ db, config }, user)
  console.log(`User ${user} is not ${named} any more.`)
  return EXIT.go
}
