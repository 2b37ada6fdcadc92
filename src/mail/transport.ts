import type { Settings } from '../config/settings.js'
import { ConfigError } from '../core/config-error.js'
import { refuseOtherVersions } from '../core/optional/optional-package.js'
import { packages } from '../core/packages.js'

export interface Mail {
  to: string
  subject: string
  text: string
  html: string
}

export interface Transport {
  /** Resolves when the server has accepted it. @throws the error of the server or the connection */
  send(mail: Mail): Promise<void>
  close(): void
}

/** How long one step of sending may take: no request waits for it, but the next mail does. ms */
const PATIENCE_MS = 10_000

/**
 * The mail server of SMTP_URL; null: not configured, and the operator hands on one-time links.
 * @throws ConfigError if nodemailer, which it needs, is not installed
 */
export function transport({
  SMTP_URL,
  MAIL_FROM,
}: Pick<Settings, 'SMTP_URL' | 'MAIL_FROM'>): Transport | null {
  if (!SMTP_URL) return null
  refuseOtherVersions('SMTP_URL', ['nodemailer'])
  let mailer: ReturnType<typeof packages.nodemailer.createTransport>
  try {
    mailer = packages.nodemailer.createTransport({
      url: SMTP_URL,
      pool: false,
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: PATIENCE_MS,
      // usertwo's templates are complete: nothing is fetched or read for them.
      disableFileAccess: true,
      disableUrlAccess: true,
    } as object)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    throw new ConfigError('Mail is not usable', [
      'SMTP_URL is set, which needs nodemailer: npm install nodemailer',
    ])
  }
  return {
    async send(mail) {
      // RFC 6761: no address exists there; `usertwo smoke` makes users with such addresses.
      if (mail.to.endsWith('.invalid')) return
      await mailer.sendMail({ from: MAIL_FROM, ...mail, headers: { 'Auto-Submitted': 'auto-generated' } })
    },
    close: () => mailer.close(),
  }
}
