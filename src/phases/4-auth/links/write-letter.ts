import { appName } from '../../../config/app-name.js'
import type { Config } from '../../../config/config.js'
import { type LetterLink, letter } from '../../../mail/letter.js'
import type { Mail } from '../../../mail/transport.js'
import { daysIn } from '../words/dates.js'
import { MAIL } from '../words/en-mail.js'
import { type Word, wordsIn } from '../words/words.js'

type Kind = keyof typeof MAIL extends infer Key
  ? Key extends `mail.${infer Name}.subject`
    ? Name
    : never
  : never

interface Filled {
  to: string
  /** the target of `{link}`; likewise `{login}` */
  link?: string
  login?: string
  /** values of the other placeholders */
  values?: Record<string, string>
}

/** Writes an e-mail of the catalogue, in the words of the configuration. */
export function writeLetter(
  config: Config,
  kind: Kind,
  { to, link, login, values = {} }: Filled,
  app = appName(config),
): Mail {
  const say = wordsIn(config)
  const given = { app, ...values }
  const links: Record<string, LetterLink> = {}
  for (const [name, href] of Object.entries({ link, login })) {
    const label = `mail.${kind}.${name}`
    if (href !== undefined && label in MAIL) links[name] = { label: say(label as Word), href }
  }
  return letter({
    to,
    subject: say(`mail.${kind}.subject`, given),
    text: say(`mail.${kind}.text`, given),
    links,
    around: say('mail.html'),
  })
}

interface Invitation {
  to: string
  link: string
  code: string
  days: number
}

/** Invites a person to an app. */
export const invitationLetter = (config: Config, { to, link, code, days }: Invitation, app?: string): Mail =>
  writeLetter(config, 'invitation', { to, link, values: { code, days: daysIn(wordsIn(config), days) } }, app)
