import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { dueDeletion } from '../accounts/accounts.js'
import { isLastAdmin, lockAdmins } from '../accounts/last-admin.js'
import { noticed } from '../links/noticed.js'
import { API_TEXTS } from '../words/en-api.js'
import { onOwnConnection } from './own-connection.js'
import { removalTransaction, removeUserIn } from './remove-user.js'

const DAY_MS = 86_400_000
const OWNER = API_TEXTS['refused.owner_stays']
const LAST_ADMIN = API_TEXTS['refused.last_admin']

/**
 * Notes that an account is to be deleted after PRIVACY_GRACE_DAYS. Until then nothing changes, and the user may cancel it.
 * Asked for again, the first date stays.
 *
 * @throws Problem `forbidden` for the owner and for the last administrator
 */
export async function askDeletion(kit: Kit, req: Incoming, user: UserId): Promise<Date> {
  const { db, clock, settings } = kit
  const noted = await noticed(kit, req, { event: 'deletion_asked', user }, async (trx) => {
    await assertMayGo(kit, trx, user)
    const asked_at = clock.now()
    const due_at = new Date(asked_at.getTime() + settings.PRIVACY_GRACE_DAYS * DAY_MS)
    const made = await trx('usertwo.deletions')
      .insert({ user_id: user, asked_at, due_at })
      .onConflict('user_id')
      .ignore()
      .returning('due_at')
    return made.length > 0 ? due_at : null
  })
  return noted ?? (await dueDeletion(db, user))!
}

/** Takes back the wish to be deleted. @returns whether there was one */
export async function cancelDeletion(kit: Kit, req: Incoming, user: UserId): Promise<boolean> {
  const done = await noticed(kit, req, { event: 'deletion_cancelled', user }, async (trx) =>
    (await trx('usertwo.deletions').where({ user_id: user }).delete()) > 0 ? true : null,
  )
  return done === true
}

/** Deletes the accounts whose time has come, each in a transaction of its own. One that cannot be deleted is reported, and stays. */
export async function deleteDue(kit: Kit, isOver = () => false): Promise<void> {
  const due = await kit
    .db('usertwo.deletions')
    .where('due_at', '<=', kit.clock.now())
    .orderBy('due_at')
    .pluck('user_id')
  if (due.length === 0) return
  await onOwnConnection(kit, async (db) => {
    for (const user of due)
      if (!isOver()) await deleteOne(kit, db, user).catch((error: unknown) => kit.report(error))
  })
}

async function deleteOne(kit: Kit, db: Knex, user: UserId): Promise<void> {
  await removalTransaction(db, async (trx) => {
    // The row is locked: who cancels at the same time either keeps the account, or comes too late.
    const wanted = await trx('usertwo.deletions')
      .where({ user_id: user })
      .where('due_at', '<=', kit.clock.now())
      .forUpdate()
      .first('user_id')
    if (!wanted) return
    await assertMayGo(kit, trx, user)
    await removeUserIn(trx, kit.config, user)
  })
}

async function assertMayGo({ config }: Kit, trx: Knex.Transaction, user: UserId): Promise<void> {
  if (String(user) === String(config.owner.id)) throw new Problem('forbidden', OWNER)
  await lockAdmins(trx, config)
  if (await isLastAdmin(trx, config, user)) throw new Problem('forbidden', LAST_ADMIN)
}
