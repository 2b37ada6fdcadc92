import type { Knex } from 'knex'
import type { Clock } from '../../../core/clock.js'
import type { UserId } from '../../../core/context.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How many mails of one kind a user gets in a day without the longer rest. */
const QUICK = 3
/** The rest between further ones: at most eight a day in all. ms */
const SLOW_REST_MS = 4 * HOUR_MS

interface Told {
  kind: string
  user: UserId
  /** between two of the first three of a day. ms */
  rest: number
}

/**
 * The last mail of a kind to a user, and how long the next one waits after it; null: there was none within a day. Anyone may
 * ask for a mail to an address, so the pace is bounded by user, not by client.
 */
async function lastOf(
  db: Knex,
  clock: Clock,
  { kind, user, rest }: Told,
): Promise<{ at: number; rest: number } | null> {
  const times: Date[] = await db('usertwo.outbox')
    .where({ kind, user_id: user })
    .where('created_at', '>', new Date(clock.now().getTime() - DAY_MS))
    .orderBy('created_at', 'desc')
    .limit(QUICK)
    .pluck('created_at')
  if (!times[0]) return null
  return { at: times[0].getTime(), rest: times.length < QUICK ? rest : Math.max(rest, SLOW_REST_MS) }
}

/** Whether the last mail of that kind to a user was too recent for another one. */
export async function wasToldLately(db: Knex, clock: Clock, told: Told): Promise<boolean> {
  const last = await lastOf(db, clock, told)
  return last !== null && clock.now().getTime() - last.at < last.rest
}

/**
 * How long a mailed link works: at least until another one may be mailed, so that asking in someone else's name never leaves
 * them without a link that works. ms
 */
export async function linkLife(db: Knex, clock: Clock, kind: string, user: UserId): Promise<number> {
  const last = await lastOf(db, clock, { kind, user, rest: HOUR_MS })
  return last?.rest ?? HOUR_MS
}
