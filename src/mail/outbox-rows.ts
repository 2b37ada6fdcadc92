import type { Knex } from 'knex'
import type { UserId } from '../core/context.js'
import type { Kit } from '../core/kit.js'
import type { Writing } from './outbox.js'
import type { Transport } from './transport.js'

const DAY_MS = 24 * 3_600_000

/** A row of `usertwo.outbox`: a mail to be sent. */
export interface OutboxRow {
  id: string
  kind: string
  user_id: UserId
  link_id: string | null
  /** null: the configuration has only one, or no request caused it */
  language: string | null
  created_at: Date
  attempts: number
}

export async function putRow(
  trx: Knex,
  now: Date,
  { kind, user, link, language }: { kind: string; user: UserId; link?: string; language?: string | null },
): Promise<void> {
  await trx('usertwo.outbox').insert({
    kind,
    user_id: user,
    created_at: now,
    next_at: now,
    ...(link && { link_id: link }),
    ...(language && { language }),
  })
}

/** Takes the next due row and postpones its next attempt, so that a second process leaves it alone in the meantime. */
export async function takeDue({ db, clock }: Kit): Promise<OutboxRow | undefined> {
  const now = clock.now()
  const { rows } = await db.raw<{ rows: OutboxRow[] }>(
    `update usertwo.outbox set attempts = attempts + 1,
       next_at = ?::timestamptz + least(interval '1 minute' * 2 ^ attempts, interval '4 hours')
     where id = (select id from usertwo.outbox
       where sent_at is null and given_up_at is null and next_at <= ?
       order by next_at limit 1 for update skip locked)
     returning id, kind, user_id, link_id, language, created_at, attempts`,
    [now, now],
  )
  return rows[0]
}

/** Sends it, and records that it was sent, or why not; after a day it is given up. */
export async function sendRow(
  { db, clock, log }: Kit,
  { id, kind, user_id, link_id, language, created_at }: OutboxRow,
  { lettersIn }: Writing,
  way: Transport,
): Promise<void> {
  const mine = () => db('usertwo.outbox').where({ id })
  try {
    const mail = await lettersIn(language)[kind]?.(user_id, link_id)
    if (mail) await way.send(mail)
    await mine().update({ sent_at: clock.now(), last_error: null })
  } catch (error) {
    const isLate = clock.now().getTime() - created_at.getTime() > DAY_MS
    // A server's answer may contain the address; its code is enough.
    const { code, responseCode } = error as { code?: string; responseCode?: number }
    const said = [code, responseCode].filter(Boolean).join(' ') || 'unknown'
    await mine().update({ last_error: said, ...(isLate && { given_up_at: clock.now() }) })
    log.warn({ mail: kind, error: said, given_up: isLate }, 'a mail was not sent')
  }
}
