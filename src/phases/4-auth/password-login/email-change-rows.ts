import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import type { Outbox } from '../../../mail/outbox.js'
import { tooMany } from '../attempts/places.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How many changes a user may ask for in an hour: each mails an address of their choice. */
const MOST = 5

/** Inserts the rows of one change: the request, the link to the new address, and the notice to the old one. */
export async function putChange(
  trx: Knex.Transaction,
  { clock }: Kit,
  mail: Outbox,
  { user, email, former, req }: { user: UserId; email: string; former: string | null; req: Incoming },
): Promise<void> {
  const now = clock.now()
  await trx('usertwo.links').where({ kind: 'email', user_id: user }).whereNull('used_at').delete()
  const [link]: { id: string }[] = await trx('usertwo.links')
    .insert({
      kind: 'email',
      user_id: user,
      email,
      former_email: former,
      created_at: now,
      expires_at: new Date(now.getTime() + DAY_MS),
    })
    .returning('id')
  await mail.put(trx, { kind: 'email_change', user, link: link!.id, req })
  if (former !== null) await mail.put(trx, { kind: 'email_change_asked', user, link: link!.id, req })
}

export async function isOfAnother(
  trx: Knex.Transaction,
  { config }: Kit,
  user: UserId,
  email: string,
): Promise<boolean> {
  const { table, id } = config.users
  const others = trx(table).whereRaw('lower(email) = ?', [email]).whereNot(id, user)
  return (await others.first(id)) !== undefined
}

export async function assertNotOften(trx: Knex.Transaction, { clock }: Kit, user: UserId): Promise<void> {
  const now = clock.now().getTime()
  const asked: Date[] = await trx('usertwo.audit')
    .where({ event: 'email_change_asked', user_id: user })
    .where('at', '>', new Date(now - HOUR_MS))
    .orderBy('at')
    .pluck('at')
  if (asked.length >= MOST) throw tooMany((asked.at(-MOST)!.getTime() + HOUR_MS - now) / 1000)
}
