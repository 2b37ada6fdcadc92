import type { Kit } from '../../core/kit.js'
import { onePerApp } from '../../core/one-per-app.js'
import { keptMail } from '../../mail/kept-mail.js'
import { type Outbox, outbox } from '../../mail/outbox.js'
import { transport } from '../../mail/transport.js'
import { isByName } from './accounts/names.js'
import { letters } from './links/letters.js'

const wayOf = (kit: Kit) => (kit.settings.AUTH_OUTBOX ? keptMail(kit) : transport(kit.settings))

/**
 * The outbox for account mail. null without SMTP_URL (in development mail is kept instead), where accounts
 * have no address, and below the phase whose pages the links open.
 */
export const authMail = onePerApp((kit): Outbox | null =>
  kit.has('client') && !isByName(kit.config) ? outbox(kit, letters(kit), wayOf(kit)) : null,
)
