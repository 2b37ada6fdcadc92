import { pathToFileURL } from 'node:url'
import { seedSessions } from './seed/sessions.js'
import { seedTasks } from './seed/tasks.js'
import { seedThreads } from './seed/threads.js'

/** A pile as it looks after some months of use. The same rows each time, relative to now. */
export async function seed(db, now = Date.now()) {
  const ago = (hours) => new Date(now - hours * 3_600_000)
  await db.transaction(async (trx) => {
    await trx('users').insert({ id: 1, username: 'default_user', created_at: ago(24 * 120) })
    const threads = await seedThreads(trx, ago)
    await seedSessions(trx, ago, threads)
    await trx('settings').insert({
      session_gap_hours: 6,
      start_die: 8,
      rating_min: 0.5,
      rating_max: 5.0,
      rating_step: 0.5,
      rating_threshold: 4.0,
      created_at: ago(24 * 100),
      updated_at: ago(24 * 20),
    })
    await seedTasks(trx, ago)
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { db } = await import('./db.js')
  await seed(db)
  await db.destroy()
}
