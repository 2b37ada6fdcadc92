import { onePerApp } from '../core/one-per-app.js'
import type { Mail, Transport } from './transport.js'

/** How many are kept. */
const MOST = 50

export interface Kept extends Mail {
  at: Date
}

/** A way of mail that leads nowhere: in development the last mails are kept in memory, to be looked at. */
export interface KeptMail extends Transport {
  /** the newest first */
  mails(): readonly Kept[]
}

/** What was mailed in development, where there is no mail server; one for a wrapped app. */
export const keptMail = onePerApp((kit): KeptMail => {
  const kept: Kept[] = []
  return {
    mails: () => kept,
    async send(mail) {
      kept.unshift({ ...mail, at: kit.clock.now() })
      kept.length = Math.min(kept.length, MOST)
    },
    close() {
      kept.length = 0
    },
  }
})
