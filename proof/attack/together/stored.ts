import type { Evidence } from '../../gate/check.js'
import { newMark, storedLeaks } from '../fixture/canary.js'
import { crossings, fingerprints } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import type { UserRole, UsersTogether } from './users.js'

/** For each user, and each of their tables: the number of rows and a fingerprint of their content. */
export type StoredRows = Map<UserRole, Map<string, string>>

/** The expected results of a burst of writes. */
export interface Came {
  /** the mark in each user's writes */
  marks: Record<UserRole, string>
  before: StoredRows
  /** the rows after each of the writes alone */
  grown: readonly StoredRows[]
  /** two sessions of one user write */
  races: boolean
  /** a write was answered 202 and stored nothing in time: it may do so at any moment of a later burst */
  accepted: boolean
}

/** What is said of rows that name no user who could not have stored them. */
export const OTHER_ROWS = /^rows of \w+ were changed|has another number of rows/

const PEOPLE = ['owner', 'other', 'third'] as const

/** Makes a mark for each user; both sessions of the owner share one. */
export function marksOf(): Record<UserRole, string> {
  const owner = newMark()
  return { owner, again: owner, other: newMark(), third: newMark() }
}

export async function rowsNow({ gate, tables }: World, users: UsersTogether): Promise<StoredRows> {
  const all = PEOPLE.map(
    async (role) => [role, await fingerprints(gate.database, tables, users[role].id)] as const,
  )
  return new Map(await Promise.all(all))
}

/**
 * Reports what a burst of writes has stored that none of them stores alone: for another user, or in another
 * number.
 */
export async function storedWrongly(world: World, users: UsersTogether, came: Came): Promise<Evidence[]> {
  const { gate, tables } = world
  const found: Evidence[] = []
  for (const role of PEOPLE)
    for (const by of PEOPLE) {
      if (by === role) continue
      const canaries = new Map([[came.marks[by], by]])
      for (const { table } of await storedLeaks(gate.database, tables, users[role].id, canaries))
        found.push({ what: `what ${users[by].name} wrote is stored in a row of ${users[role].name}`, table })
    }
  found.push(...(await crossings(gate.database, tables)).map((what) => ({ what })))
  if (found.length || came.races || (came.accepted && storesNothing(came))) return found
  const now = await rowsNow(world, users)
  for (const role of PEOPLE)
    for (const { name } of tables) {
      const was = came.before.get(role)!.get(name)!
      const more = came.grown.map((rows) => rows.get(role)!.get(name)!)
      const got = now.get(role)!.get(name)!
      const expected = more.reduce((sum, one) => sum + countIn(one) - countIn(was), countIn(was))
      if (more.every((one) => one === was) && got !== was)
        found.push({
          what: `rows of ${users[role].name} were changed by requests that change none alone`,
          table: name,
        })
      else if (countIn(got) !== expected)
        found.push({
          what: `${users[role].name} has another number of rows than after the same requests one by one`,
          table: name,
          expected: String(expected),
          got: String(countIn(got)),
        })
    }
  return found
}

/** What the users have sent by one route, by their marks. */
export interface SentMarks {
  route: string
  marks: Record<UserRole, string>
}

/** Reports what was sent in earlier bursts and is by now in a row of another user: a queue may store it seconds later. */
export async function storedLate(
  { gate, tables }: World,
  users: UsersTogether,
  sent: readonly SentMarks[],
): Promise<Evidence[]> {
  const found: Evidence[] = []
  for (const role of PEOPLE) {
    const foreign = sent.flatMap(({ route, marks }) =>
      PEOPLE.filter((by) => by !== role).map((by) => [marks[by], { route, by }] as const),
    )
    const of = new Map(foreign)
    const canaries = new Map(foreign.map(([mark]) => [mark, mark]))
    for (const { table, column: mark } of await storedLeaks(
      gate.database,
      tables,
      users[role].id,
      canaries,
    )) {
      const { route, by } = of.get(mark)!
      found.push({
        route,
        what: `seconds after one burst: what ${users[by].name} wrote is stored in a row of ${users[role].name}`,
        table,
      })
    }
  }
  return found
}

/** Whether none of the writes of a burst has stored a row by itself, within the time that a queue is given. */
export function storesNothing({ before, grown }: Came): boolean {
  return grown.every((rows) =>
    PEOPLE.every((role) =>
      [...rows.get(role)!].every(([table, print]) => before.get(role)!.get(table) === print),
    ),
  )
}

/** A fingerprint begins with the number of rows. */
const countIn = (print: string) => Number(print.split(':')[0])
