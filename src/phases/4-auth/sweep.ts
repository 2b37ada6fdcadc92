import type { Kit } from '../../core/kit.js'
import { sweepLogins } from './sessions/sweep-logins.js'

const DAY_MS = 86_400_000
/** Rows at once: nobody waits for them. */
const MOST = 1_000

/** Takes away what is too old, now and once a day, in one process at a time. Nobody waits for it. */
export function keepSwept(kit: Kit): void {
  let running = Promise.resolve()
  let disposed = false
  const begin = () => {
    running = running
      .then(() => sweep(kit, () => disposed))
      .catch((error: unknown) => {
        if (!disposed) kit.report(error)
      })
  }
  begin()
  const timer = setInterval(begin, DAY_MS)
  timer.unref()
  kit.onDispose(() => {
    disposed = true
    clearInterval(timer)
    return running
  })
}

/** What was noted longer ago than AUDIT_DAYS, logins that are over, and budgets nobody guesses at. */
export async function sweep(kit: Kit, isOver = () => false): Promise<void> {
  const { db, clock, settings } = kit
  const before = new Date(clock.now().getTime() - settings.AUDIT_DAYS * DAY_MS)
  for (let more = true; more && !isOver(); )
    more = await db.transaction(async (trx) => {
      const { rows } = await trx.raw<{ rows: { got: boolean }[] }>(
        `select pg_try_advisory_xact_lock(hashtextextended('usertwo.sweep', 0)) as got`,
      )
      if (!rows[0]!.got) return false
      const noted = await trx.raw<{ rows: { swept: string }[] }>(
        'select usertwo.sweep_audit(?, ?) as swept',
        [before, MOST],
      )
      const yesterday = new Date(clock.now().getTime() - DAY_MS)
      await trx('usertwo.login_throttle').where('taken_at', '<', yesterday).delete()
      // What was given up stays as long as what happened does: it is to be seen.
      await trx('usertwo.outbox')
        .where('sent_at', '<', yesterday)
        .orWhere('given_up_at', '<', before)
        .delete()
      await trx('usertwo.links').where('expires_at', '<', yesterday).delete()
      return (await sweepLogins(trx, clock.now())) + Number(noted.rows[0]!.swept) > 0
    })
}
