import { ownedIn } from '../../../src/config/config.js'
import { quotedTable } from '../../../src/database/quoted.js'
import type { Member } from '../../gate/gate.js'
import { loginAgain, meetAnother } from '../../gate/people/people.js'
import { markedColumn, remark } from '../fixture/canary.js'
import type { World } from '../fixture/world.js'
import type { Secrets } from '../oracle/revealed.js'

/** The senders of concurrent requests: three users, one of them with two sessions. */
export interface UsersTogether {
  owner: Member
  /** the owner in a second session */
  again: Member
  other: Member
  /** has only the rows that every new user starts with */
  third: Member
}

export type UserRole = keyof UsersTogether

/**
 * @param world a fixture whose tables take their next ids from ranges of their own, so that a new id shows
 * its table
 */
export async function usersOf(world: World): Promise<UsersTogether> {
  const { gate, target, owner, other } = world
  const { config, database } = gate
  const again = await loginAgain({ target, database, config }, owner, 'owner, in a second session')
  const third = await meetAnother({ target, database, config }, 'third')
  await database.sql(`update ${quotedTable(config.users.table)} set is_admin = true`)
  await unmarkCopied(world, third)
  return { owner, again, other, third }
}

/** Returns what must not be in the answers to each user: the data of the others. */
export async function secretsFrom(world: World): Promise<Record<UserRole, Secrets[]>> {
  const owner = await world.secretsOf(world.owner)
  const other = await world.secretsOf(world.other)
  return { owner: [other], again: [other], other: [owner], third: [owner, other] }
}

/** Takes the owner's marks out of the rows of `perUser` tables, which a new user starts with copies of. */
async function unmarkCopied({ gate: { config, database }, owner, tables, secretsOf }: World, { id }: Member) {
  const copied = ownedIn(config).flatMap(([name, { perUser }]) => (perUser ? [name] : []))
  const { canaries } = await secretsOf(owner)
  const marks = [...canaries].filter(([, place]) => copied.includes(markedColumn(place).table))
  await remark(database, tables, id, new Map(marks), new Map())
}
