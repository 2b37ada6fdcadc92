import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Outbox } from '../../../mail/outbox.js'
import { putOnce } from './ask-for-mail.js'

const DAY_MS = 24 * 3_600_000
/** Wrong passwords of a day that are somebody's own fingers. */
const FREE = 5

/**
 * Tells somebody that passwords are tried for their account, once a day however many are. Nobody waits for it, and no answer
 * depends on it: there it would tell that there is such an account.
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
    // Of two at once the later one finds the mail of the other.
    await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`usertwo.guessing ${user}`])
    await putOnce(trx, kit, mail, { kind: 'guessing', user, rest: DAY_MS })
  })
  told.then(
    () => mail.hurry(),
    (error: unknown) => kit.report(error),
  )
}
