import type { Kit } from '../../core/kit.js'
import { exists } from './conditions.js'
import { sweepLogins } from './sessions/sweep-logins.js'

const DAY_MS = 86_400_000
/** Rows deleted at once. No request waits for them. */
const MOST = 1_000

/** Deletes what is too old, at the start and once a day, in one process at a time. No request waits for it. */
export function keepSwept(kit: Kit): void {
  let running = Promise.resolve()
  let disposed = false
  const begin = () => {
    running = running
      .then(() => sweep(kit, () => disposed))
      .then(() => deleteAccounts(kit, () => disposed))
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

/** Deletes the accounts whose users asked for it. */
async function deleteAccounts(kit: Kit, isOver: () => boolean): Promise<void> {
  if (isOver() || !exists(kit, { only: 'privacy' })) return
  await (await import('./privacy/deletion.js')).deleteDue(kit, isOver)
}

/** Deletes audit rows older than AUDIT_DAYS, logins that have ended, and budgets without recent guesses. */
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
      // Mail that was given up stays as long as the audit, so that it can be seen.
      await trx('usertwo.outbox')
        .where('sent_at', '<', yesterday)
        .orWhere('given_up_at', '<', before)
        .delete()
      await trx('usertwo.links').where('expires_at', '<', yesterday).delete()
      return (await sweepLogins(trx, clock.now())) + Number(noted.rows[0]!.swept) > 0
    })
}
