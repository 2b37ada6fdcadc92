import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { sqlState } from '../sql-state.js'
import { checkUrl } from '../url.js'

// One lock for everything that changes the toolkit's schema: 'user' and 'two' in ASCII.
const LOCK = [0x75736572, 0x0074776f]
const LOCK_TIMEOUT = '2s'
const ATTEMPTS = 20
// lock_not_available, deadlock_detected: somebody else is in the way and will be gone.
const BLOCKED = new Set(['55P03', '40P01'])

/**
 * Runs `work` on one connection of its own that holds the advisory lock, after everybody who came before. The
 * server gives the lock back when the connection ends, however it ends. The connection must be a direct one: a
 * pooler in transaction mode would hand the lock to somebody else.
 */
export async function withMigrationLock<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: checkUrl(url), application_name: 'usertwo migrate' })
  // Without a listener, a connection that breaks between two statements would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    // As the login itself, also where it rests in another role, and past row security by the system's policy.
    await client.query('set role none')
    await client.query('set statement_timeout = 0')
    await client.query('set lock_timeout = 0')
    await client.query(`select set_config('usertwo.user_id', 'system', false)`)
    await client.query('select pg_advisory_lock($1, $2)', LOCK)
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * Runs `work` in a transaction that never makes the app queue behind it for long: a lock it cannot get in
 * two seconds is asked for again later, with everything of the transaction undone in between.
 */
export async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await client.query('begin')
    try {
      await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`)
      const result = await work()
      await client.query('commit')
      return result
    } catch (error) {
      // The connection may be what failed; the first error is the one to tell.
      await client.query('rollback').catch(() => {})
      if (!isBlocked(error) || attempt === ATTEMPTS) throw error
      await sleep(Math.min(100 * 2 ** attempt, 5_000) * (0.5 + Math.random() / 2))
    }
  }
}

function isBlocked(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (BLOCKED.has(sqlState(at))) return true
  return false
}
