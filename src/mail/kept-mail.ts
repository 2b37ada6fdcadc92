import type { Kit } from '../core/kit.js'
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

const made = new WeakMap<Kit, KeptMail>()

/** What was mailed in development, where there is no mail server; one for a wrapped app. */
export function keptMail(kit: Kit): KeptMail {
  const known = made.get(kit)
  if (known) return known
  const kept: Kept[] = []
  const way: KeptMail = {
    mails: () => kept,
    async send(mail) {
      kept.unshift({ ...mail, at: kit.clock.now() })
      kept.length = Math.min(kept.length, MOST)
    },
    close() {
      kept.length = 0
    },
  }
  made.set(kit, way)
  return way
}
