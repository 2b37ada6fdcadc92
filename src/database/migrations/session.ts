import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { sqlState } from '../sql-state.js'
import { checkUrl } from '../url.js'

// One lock for every change of usertwo's schema: 'user' and 'two' in ASCII.
const LOCK = [0x75736572, 0x0074776f]
const LOCK_TIMEOUT = '2s'
const ATTEMPTS = 20
// lock_not_available, deadlock_detected: another transaction is in the way and will end.
const BLOCKED = new Set(['55P03', '40P01'])

/**
 * Runs `work` on a connection of its own that holds the advisory lock, after all earlier callers. The server
 * releases the lock when the connection ends, however it ends. The connection must be a direct one: a pooler
 * in transaction mode would pass the lock on to another client.
 */
export async function withMigrationLock<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: checkUrl(url), application_name: 'usertwo migrate' })
  // Without a listener, a connection that breaks between two statements would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    // As the login itself, even if it starts in another role, and past row security by the system's policy.
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
 * Runs `work` in a transaction that never makes the app queue behind it for long: if it cannot get a lock
 * within two seconds, it rolls back and tries again later.
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
      // The connection itself may have failed; the first error is the one to report.
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
