import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import { keptMail } from '../../../mail/kept-mail.js'
import { type Outbox, outbox, type Writing } from '../../../mail/outbox.js'
import { transport } from '../../../mail/transport.js'
import { isByName } from '../accounts/names.js'
import { askedLanguage, inLanguage, isLanguage } from '../words/languages.js'
import { letters } from './letters.js'

const wayOf = (kit: Kit) => (kit.settings.AUTH_OUTBOX ? keptMail(kit) : transport(kit.settings))

/** Where requests choose the language, it is that of the request; the configuration's otherwise. */
const writingOf = (kit: Kit): Writing => ({
  languageOf: (req) => askedLanguage(kit.config, req),
  lettersIn: (language) =>
    letters(kit.config.auth.language === 'auto' && isLanguage(language) ? inLanguage(kit, language) : kit),
})

/**
 * The outbox for account mail. null without SMTP_URL (in development mail is kept instead), where accounts
 * have no address, and below the phase whose pages the links open.
 */
export const authMail = onePerApp((kit): Outbox | null =>
  kit.has('client') && !isByName(kit.config) ? outbox(kit, writingOf(kit), wayOf(kit)) : null,
)
