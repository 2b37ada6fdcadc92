import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { audit } from '../audit.js'
import { authMail } from './auth-mail.js'

/** Changes of an account that its user is notified of, by the kind of the e-mail. */
type Noticed =
  | `factor_${'added' | 'removed'}`
  | `passkey_${'added' | 'removed'}`
  | `provider_${'linked' | 'unlinked'}`
  | `deletion_${'asked' | 'cancelled'}`

/**
 * Changes an account: the change is in the audit and in a mail to the user, or it is not made.
 *
 * @param work returns null where nothing was changed, and nothing is recorded
 */
export async function noticed<Made>(
  kit: Kit,
  req: Incoming,
  { event, user }: { event: Noticed; user: UserId },
  work: (trx: Knex.Transaction) => Promise<Made>,
): Promise<Made> {
  const mail = authMail(kit)
  const made = await kit.db.transaction(async (trx) => {
    const done = await work(trx)
    if (done === null) return done
    await audit(trx, kit, req, event, user)
    await mail?.put(trx, { kind: event, user, req })
    return done
  })
  mail?.hurry()
  return made
}
