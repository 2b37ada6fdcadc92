import { setImmediate as immediate } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { UserId } from '../core/context.js'
import type { Kit } from '../core/kit.js'
import type { Incoming } from '../express/handler.js'
import { putRow, sendRow, takeDue } from './outbox-rows.js'
import type { Mail, Transport } from './transport.js'

/** Writes the e-mail of each kind; null: it is no longer due. Written again for each attempt. */
export type Letters = Record<string, (user: UserId, link: string | null) => Promise<Mail | null>>

/** How e-mails are written. */
export interface Writing {
  /** the language that a request prefers; null: it chooses none */
  languageOf(req: Incoming): string | null
  /** @param language as it was recorded */
  lettersIn(language: string | null): Letters
}

/** An e-mail to be recorded. */
export interface Due {
  kind: string
  user: UserId
  /** the link it is about; if that is withdrawn, nothing is mailed */
  link?: string
  /** the request of its reader, in whose language it is written; null: its reader sent no request */
  req: Incoming | null
}

export interface Outbox {
  /** Records that a user is to get an e-mail, in the caller's transaction. */
  put(trx: Knex, due: Due): Promise<void>
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
export function outbox(kit: Kit, writing: Writing, way: Transport | null): Outbox | null {
  if (!way) return null
  const { clock } = kit
  let running: Promise<void> = Promise.resolve()
  let isOver = false

  async function sendAll(): Promise<void> {
    while (!isOver) {
      const row = await takeDue(kit)
      if (!row) return
      await sendRow(kit, row, writing, way!)
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
    put: (trx, { req, ...due }) =>
      putRow(trx, clock.now(), { ...due, language: req && writing.languageOf(req) }),
    hurry,
    sendDue: () => sendDue(),
  }
}
