import { createHmac, hkdfSync } from 'node:crypto'
import type { Knex } from 'knex'
import type { Clock } from '../../../core/clock.js'
import type { Budget } from './places.js'

/** Wrong attempts without a delay. */
const FREE = 5
/** After those, the delay in seconds before the next attempt; it doubles each time. */
const FIRST_DELAY = 1
const LONGEST_DELAY = 15 * 60
/** Without a wrong attempt for this long, the count starts again. */
const FORGOTTEN = '1 day'
/** An attempt that has not ended by then was in a process that died. */
const LOST = '1 minute'

// Written as `cast`: knex reads `::` as part of a column's name.
const NOW = 'cast(:now as timestamptz)'
// `t` is the existing row; a new one begins with 0.
const FAILURES = `(case when t.failed_at < ${NOW} - interval '${FORGOTTEN}' then 0 else t.failures end)`
const PENDING = `(case when t.taken_at < ${NOW} - interval '${LOST}' then 0 else t.pending end)`
const OPENS = `t.failed_at + least(${LONGEST_DELAY}, ${FIRST_DELAY} * power(2, least(t.failures - ${FREE}, 20))) * interval '1 second'`

const TAKE = `with taken as (
    insert into usertwo.login_throttle as t (budget, pending, taken_at) values (:key, 1, :now)
    on conflict (budget) do update
      set failures = ${FAILURES}, pending = ${PENDING} + 1, taken_at = :now
      where ${FAILURES} + ${PENDING} < ${FREE}
        or ${FAILURES} >= ${FREE} and ${PENDING} = 0 and ${OPENS} <= ${NOW}
    returning budget
  )
  select exists (select from taken) as taken,
    (select extract(epoch from ${OPENS} - ${NOW})::float8 from usertwo.login_throttle t
      where t.budget = :key and ${FAILURES} >= ${FREE}) as wait`

const SETTLE = `update usertwo.login_throttle as t set pending = greatest(${PENDING} - 1, 0),
    failures = ${FAILURES} + :wrong, failed_at = case when :wrong = 1 then :now else t.failed_at end
  where budget = :key returning failures`

/**
 * Counts wrong attempts on an account, in PostgreSQL: atomic, and one count for all processes (ASVS 6.3.1).
 * Five are free; after them one at a time is allowed, after a delay that doubles from 1 s to 15 min. A budget
 * without a wrong attempt for a day is forgotten.
 */
export function accountFailures(db: Knex, clock: Clock, secret: string): Budget {
  // Users sometimes type a password as the login. A keyed hash keeps a reader of the table from guessing it.
  const mac = Buffer.from(hkdfSync('sha256', secret, '', 'usertwo throttle', 32))
  const row = (budget: string) => ({
    key: createHmac('sha256', mac).update(budget).digest('base64url'),
    now: clock.now(),
  })
  return {
    async take(budget) {
      const { rows } = await db.raw<{ rows: { taken: boolean; wait: number | null }[] }>(TAKE, row(budget))
      const { taken, wait } = rows[0]!
      if (taken) return 'taken'
      return wait !== null && wait > 0 ? wait : 'busy'
    },
    async settle(budget, wrong) {
      const values = { ...row(budget), wrong: wrong ? 1 : 0 }
      const { rows } = await db.raw<{ rows: { failures: number }[] }>(SETTLE, values)
      if (wrong && rows[0]?.failures === 1) await forget(values.now)
    },
  }

  async function forget(now: Date): Promise<void> {
    await db('usertwo.login_throttle')
      .whereRaw(`taken_at < ?::timestamptz - interval '${FORGOTTEN}'`, [now])
      .delete()
  }
}
