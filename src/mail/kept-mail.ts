import { onePerApp } from '../core/one-per-app.js'
import type { Mail, Transport } from './transport.js'

/** How many are kept. */
const MOST = 50

export interface Kept extends Mail {
  at: Date
}

/** A transport that sends nothing: in development the last mails are kept in memory for display. */
export interface KeptMail extends Transport {
  /** the newest first */
  mails(): readonly Kept[]
}

/** The mail of development, where there is no mail server; one for each wrapped app. */
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
