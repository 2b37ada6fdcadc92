import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'

/** An e-mail of the outbox: what kind, for whom, and what became of it; neither its address nor its text is stored. */
export interface OutboxMail {
  id: string
  kind: string
  user_id: UserId
  created_at: Date
  attempts: number
  sent_at: Date | null
  given_up_at: Date | null
  last_error: string | null
}

/** Returns the newest e-mails of the outbox. Sent ones are kept for a day. */
export function newestMails(db: Knex, most: number): Promise<OutboxMail[]> {
  return db('usertwo.outbox')
    .orderBy('id', 'desc')
    .limit(most)
    .select<OutboxMail[]>(
      'id',
      'kind',
      'user_id',
      'created_at',
      'attempts',
      'sent_at',
      'given_up_at',
      'last_error',
    )
}
