import { setImmediate as immediate } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { UserId } from '../core/context.js'
import type { Kit } from '../core/kit.js'
import type { Mail, Transport } from './transport.js'

/** What is told by mail; null: there is nothing to tell any more. Made anew for each attempt. */
export type Letters = Record<string, (user: UserId, link: string | null) => Promise<Mail | null>>

export interface Outbox {
  /**
   * Notes that `user` is to be told, with whatever else the transaction does.
   * @param link the link it is about; taken back, nothing is mailed
   */
  put(trx: Knex, kind: string, user: UserId, link?: string): Promise<void>
  /** Sends what is due, soon; nobody waits for it. */
  hurry(): void
  /** Sends what is due now, one after the other. Resolves when nothing is. */
  sendDue(): Promise<void>
}

const EVERY_MS = 15_000
const DAY_MS = 24 * 3_600_000

interface Row {
  id: string
  kind: string
  user_id: UserId
  link_id: string | null
  created_at: Date
  attempts: number
}

/**
 * The mail that is to be sent, as rows of `usertwo.outbox`: written with what it tells of, sent after it, tried again after 1,
 * 2, 4 … minutes, given up after a day. Several processes send from it, each row by one of them at a time. What was sent and
 * not noted so (the process ended in between) is sent once more.
 *
 * @param way null: there is no mail
 */
export function outbox(kit: Kit, letters: Letters, way: Transport | null): Outbox | null {
  if (!way) return null
  const { db, clock } = kit
  let running: Promise<void> = Promise.resolve()
  let isOver = false

  /** The next that is due, with the time of its next attempt put off: a second process leaves it alone meanwhile. */
  async function take(): Promise<Row | undefined> {
    const now = clock.now()
    const { rows } = await db.raw<{ rows: Row[] }>(
      `update usertwo.outbox set attempts = attempts + 1,
         next_at = ?::timestamptz + least(interval '1 minute' * 2 ^ attempts, interval '4 hours')
       where id = (select id from usertwo.outbox
         where sent_at is null and given_up_at is null and next_at <= ?
         order by next_at limit 1 for update skip locked)
       returning id, kind, user_id, link_id, created_at, attempts`,
      [now, now],
    )
    return rows[0]
  }

  async function send({ id, kind, user_id, link_id, created_at }: Row): Promise<void> {
    const mine = () => db('usertwo.outbox').where({ id })
    try {
      const mail = await letters[kind]?.(user_id, link_id)
      if (mail) await way!.send(mail)
      await mine().update({ sent_at: clock.now(), last_error: null })
    } catch (error) {
      const isLate = clock.now().getTime() - created_at.getTime() > DAY_MS
      // What a server answers may name the address; its code says enough.
      const { code, responseCode } = error as { code?: string; responseCode?: number }
      const said = [code, responseCode].filter(Boolean).join(' ') || 'unknown'
      await mine().update({ last_error: said, ...(isLate && { given_up_at: clock.now() }) })
      kit.log.warn({ mail: kind, error: said, given_up: isLate }, 'a mail was not sent')
    }
  }

  async function sendAll(): Promise<void> {
    while (!isOver) {
      const row = await take()
      if (!row) return
      await send(row)
    }
  }
  function sendDue(after?: Promise<void>): Promise<void> {
    const turn = running.then(() => after).then(sendAll)
    running = turn.catch(() => {})
    return turn
  }
  // Past the answer: who has mail is not to wait longer for it.
  const hurry = () => void sendDue(immediate()).catch((error: unknown) => kit.report(error))
  const timer = setInterval(hurry, EVERY_MS)
  timer.unref()
  kit.onDispose(async () => {
    isOver = true
    clearInterval(timer)
    await running
    way.close()
  })
  return {
    put: async (trx, kind, user, link) => {
      const now = clock.now()
      await trx('usertwo.outbox').insert({
        kind,
        user_id: user,
        created_at: now,
        next_at: now,
        ...(link && { link_id: link }),
      })
    },
    hurry,
    sendDue: () => sendDue(),
  }
}
