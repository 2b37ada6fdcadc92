import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { ending, isWithin, type Moment, moment, steadyNow } from './kept-logins.js'

/** The largest `auth.lookUpEvery`. ms */
export const LONGEST_KEPT = 1000

/** The largest difference in speed between two processes' clocks over that time, with a reserve. */
const MARGIN = 1.1

/** How often a process announces for how long it remembers answers. An ending reads further back than that. */
const ANNOUNCED_EVERY_MS = 30 * 60_000
const ANNOUNCED = `select max((details->>'ms')::int) as ms from usertwo.audit
  where event = 'logins_kept' and at > now() - interval '1 hour'`

/**
 * Announces to every process that ends logins for how long this one remembers answers. It is written to the audit, whose
 * rows cannot be removed. Only answers whose query was sent while the announcement held are remembered.
 */
export function announcement(db: Knex, ms: number) {
  let made: Moment | null = null
  const holds = () => made !== null && isWithin(ANNOUNCED_EVERY_MS, made)
  return {
    holds,
    async make(): Promise<void> {
      if (holds()) return
      const now = moment()
      await db('usertwo.audit').insert({ event: 'logins_kept', details: { ms } })
      made = now
    },
  }
}

/**
 * Waits until no process uses an answer about logins from before now; this process uses none about those of `user` (null:
 * of all users; absent: none is known) from here on. Every operation that ends a login waits for this after its commit and before it answers. A later request
 * then cannot meet an older answer. This needs no message that could be late or lost, and no synchronised clocks; they only
 * have to run at the same speed. The longest time that any process has announced counts, whatever this one's setting is: a
 * process that announces later sends its first query that counts after the commit.
 */
export async function untilForgotten(
  { db, config }: Pick<Kit, 'db' | 'config'>,
  user?: UserId | null,
): Promise<void> {
  const name = user === null ? null : String(user)
  const from = steadyNow()
  if (user !== undefined) ending.set(name, from)
  try {
    const ms = await longestKept(db)
    await sleepUntil(from + Math.max(ms, config.auth.lookUpEvery) * MARGIN)
  } finally {
    if (ending.get(name) === from) ending.delete(name)
  }
}

/** The login has ended already: where the database does not say for how long answers are kept, the wait is the longest. */
async function longestKept(db: Knex): Promise<number> {
  try {
    const { rows } = await db.raw<{ rows: { ms: number | null }[] }>(ANNOUNCED)
    return rows[0]!.ms ?? 0
  } catch {
    return LONGEST_KEPT
  }
}

/** Waits until that moment of the steady clock, and never less. */
export async function sleepUntil(until: number): Promise<void> {
  // A timer counts from the beginning of its event loop turn, so it may fire early by the length of that turn.
  while (steadyNow() < until) await sleep(until - steadyNow())
}
