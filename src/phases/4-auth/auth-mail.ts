import type { Kit } from '../../core/kit.js'
import { keptMail } from '../../mail/kept-mail.js'
import { type Outbox, outbox } from '../../mail/outbox.js'
import { transport } from '../../mail/transport.js'
import { letters } from './links/letters.js'
import { isByName } from './names.js'

const wayOf = (kit: Kit) => (kit.settings.AUTH_OUTBOX ? keptMail(kit) : transport(kit.settings))

const made = new WeakMap<Kit, { mail: Outbox | null }>()

/** The mail about accounts; null without SMTP_URL (in development it is kept), where nobody has an address, and below the phase whose pages its links open. */
export function authMail(kit: Kit): Outbox | null {
  const known = made.get(kit)
  if (known) return known.mail
  const mail = kit.has('client') && !isByName(kit.config) ? outbox(kit, letters(kit), wayOf(kit)) : null
  made.set(kit, { mail })
  return mail
}
