import { setImmediate as immediate } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { UserId } from '../core/context.js'
import type { Kit } from '../core/kit.js'
import { putRow, sendRow, takeDue } from './outbox-rows.js'
import type { Mail, Transport } from './transport.js'

/** Writes the e-mail of each kind; null: it is no longer due. Written again for each attempt. */
export type Letters = Record<string, (user: UserId, link: string | null) => Promise<Mail | null>>

export interface Outbox {
  /**
   * Records that `user` is to get an e-mail, in the caller's transaction.
   * @param link the link it is about; if that is withdrawn, nothing is mailed
   */
  put(trx: Knex, kind: string, user: UserId, link?: string): Promise<void>
  /** Sends what is due, soon. No caller waits for it. */
  hurry(): void
  /** Sends what is due now, one after the other. Resolves when nothing is. */
  sendDue(): Promise<void>
}

const EVERY_MS = 15_000

/**
 * The outgoing mail, as rows of `usertwo.outbox`: inserted with the event they report, sent after it, retried
 * after 1, 2, 4 … minutes, given up after a day. Several processes send from it, each row by one of them at a
 * time. A mail that was sent but not recorded (the process ended in between) is sent once more.
 *
 * @param way null: no mail is configured
 */
export function outbox(kit: Kit, letters: Letters, way: Transport | null): Outbox | null {
  if (!way) return null
  const { clock } = kit
  let running: Promise<void> = Promise.resolve()
  let isOver = false

  async function sendAll(): Promise<void> {
    while (!isOver) {
      const row = await takeDue(kit)
      if (!row) return
      await sendRow(kit, row, letters, way!)
    }
  }
  function sendDue(after?: Promise<void>): Promise<void> {
    const turn = running.then(() => after).then(sendAll)
    running = turn.catch(() => {})
    return turn
  }
  // After the answer: a user with mail must not wait longer for it than one without.
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
    put: (trx, kind, user, link) => putRow(trx, clock.now(), { kind, user, link }),
    hurry,
    sendDue: () => sendDue(),
  }
}
