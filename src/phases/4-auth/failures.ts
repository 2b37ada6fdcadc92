import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { Clock } from '../../core/clock.js'
import { Problem } from '../../core/problem.js'

const WINDOW_SECONDS = 60
const MOST = 5
const KEEP_MS = 3_600_000

export interface LoginFailures {
  /**
   * Counts an attempt before its password is looked at, so that a hundred at once are a hundred.
   *
   * @throws Problem `rate_limited` from the sixth within a minute, whether or not the account exists
   */
  attempt(account: string): Promise<void>
  /** A good login takes its own attempt back. */
  forgive(account: string): Promise<void>
}

/** Attempts for each account, in PostgreSQL: atomic, and one count for all processes (ASVS 6.3.1). */
export function loginFailures(db: Knex, clock: Clock): LoginFailures {
  const where = (account: string) => {
    const seconds = Math.floor(clock.now().getTime() / 1000)
    const start = seconds - (seconds % WINDOW_SECONDS)
    // What was typed as a login may be a password by mistake: only its digest is kept.
    const account_key = createHash('sha256').update(account).digest('base64url')
    return { account_key, window_start: new Date(start * 1000), left: start + WINDOW_SECONDS - seconds }
  }
  const forget = async () => {
    const past = new Date(clock.now().getTime() - KEEP_MS)
    await db('usertwo.login_failures').where('window_start', '<', past).delete()
  }
  return {
    async attempt(account) {
      const { left, ...row } = where(account)
      const [counted] = (await db('usertwo.login_failures')
        .insert({ ...row, count: 1 })
        .onConflict(['account_key', 'window_start'])
        .merge({ count: db.raw('login_failures.count + 1') })
        .returning('count')) as { count: number }[]
      if (counted!.count === 1) await forget()
      if (counted!.count <= MOST) return
      throw tooMany(left)
    },
    async forgive(account) {
      const { left: _left, ...row } = where(account)
      await db('usertwo.login_failures').where(row).where('count', '>', 0).decrement('count', 1)
    },
  }
}

/** The one answer to too many attempts, by address or by account. */
export function tooMany(seconds: number): Problem {
  const wait = Math.max(1, Math.ceil(seconds))
  return new Problem(
    'rate_limited',
    `Please try again in ${wait} seconds.`,
    {},
    { 'Retry-After': String(wait) },
  )
}
