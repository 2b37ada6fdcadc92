import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Outbox } from '../../../mail/outbox.js'
import { putOnce } from './ask-for-mail.js'

const DAY_MS = 24 * 3_600_000
/** Wrong passwords in a day that are likely the user's own typing errors. */
const FREE = 5

/**
 * Notifies a user that passwords are being tried on their account, once a day. No answer waits for it or
 * depends on it, because that would reveal that the account exists.
 */
export function noticeGuessing(kit: Kit, mail: Outbox, user: UserId): void {
  const told = kit.db.transaction(async (trx) => {
    const since = new Date(kit.clock.now().getTime() - DAY_MS)
    const failed = await trx('usertwo.audit')
      .where({ event: 'login_failed', user_id: user })
      .where('at', '>', since)
      .limit(FREE)
      .pluck('id')
    if (failed.length < FREE) return
    // Of two at the same time the second finds the mail of the first.
    await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`usertwo.guessing ${user}`])
    // The requests may be another person's, in their language.
    await putOnce(trx, kit, mail, { kind: 'guessing', user, req: null, rest: DAY_MS })
  })
  told.then(
    () => mail.hurry(),
    (error: unknown) => kit.report(error),
  )
}
