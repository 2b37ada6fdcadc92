import { quotedTable } from '../../../src/database/quoted.js'
import type { Member } from '../../gate/gate.js'
import { loginAgain, meetAnother } from '../../gate/people/people.js'
import type { World } from '../fixture/world.js'
import type { Secrets } from '../oracle/revealed.js'

/** Who sends requests together: three users, one of them by two logins. */
export interface UsersTogether {
  owner: Member
  /** the owner by a second login */
  again: Member
  other: Member
  /** has no rows but those that everybody begins with */
  third: Member
}

export type UserRole = keyof UsersTogether

/** @param world whose tables take their next ids from ranges of their own: a new user's must tell their table */
export async function usersOf({ gate, target, owner, other }: World): Promise<UsersTogether> {
  const { config, database } = gate
  const again = await loginAgain(target, config, owner, 'owner, by a second login')
  const third = await meetAnother(target, config, 'third')
  await database.sql(`update ${quotedTable(config.users.table)} set is_admin = true`)
  return { owner, again, other, third }
}

/** What must not show in the answers to each: what the others have. */
export async function secretsFrom(world: World): Promise<Record<UserRole, Secrets[]>> {
  const owner = await world.secretsOf(world.owner)
  const other = await world.secretsOf(world.other)
  return { owner: [other], again: [other], other: [owner], third: [owner, other] }
}
