import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Letters } from '../../../mail/outbox.js'
import type { Mail } from '../../../mail/transport.js'
import { dueDeletion } from '../accounts/accounts.js'
import { issueClaimCode } from '../accounts/claim-code.js'
import { isClaimed } from '../accounts/owner-login.js'
import { dayIn, hoursIn } from '../words/dates.js'
import { wordsIn } from '../words/words.js'
import { INVITATION_DAYS } from './invitation.js'
import { issueLink, issueNoted } from './links.js'
import { linkLife } from './mail-pace.js'
import { issueMailedReset } from './reset-token.js'
import { invitationLetter, writeLetter } from './write-letter.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

type Page = (path: string) => string

/** The recipient, as stored when the mail is made. */
interface Reader {
  user: UserId
  /** the stored address, never one that was typed */
  email: string
  /** the user has to confirm it before they can log in */
  unverified: boolean
}

/** The e-mails about accounts, by the kind that the outbox records. */
export function letters(kit: Kit): Letters {
  const { config, settings } = kit
  const page: Page = (path) => `${settings.PUBLIC_URL ?? ''}${config.auth.pages}/${path}`
  return { ...notices(kit, page), ...linkLetters(kit, page), ...codeLetters(kit, page) }
}

/** null: the user has no address, or may not log in */
async function readerOf({ db, config }: Kit, user: UserId): Promise<Reader | null> {
  const { table, id } = config.users
  const found: { email: string | null; unverified: boolean | null } | undefined = await db({ u: table })
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', `u.${id}`)
    .where(`u.${id}`, user)
    .whereRaw('c.is_active is not false')
    .first('u.email', db.raw('c.must_verify and not c.is_verified as unverified'))
  return found?.email ? { user, email: found.email, unverified: found.unverified ?? false } : null
}

/** Writes to the user's stored address. */
const toReader =
  (kit: Kit, write: (reader: Reader) => Promise<Mail | null>): Letters[string] =>
  async (user) => {
    const reader = await readerOf(kit, user)
    return reader && write(reader)
  }

/** E-mails that say what happened to an account and contain no link that grants anything. */
function notices(kit: Kit, page: Page): Letters {
  const { db, config } = kit
  type Notice =
    | 'password_changed'
    | 'guessing'
    | 'refresh_reused'
    | `factor_${'added' | 'removed'}`
    | `passkey_${'added' | 'removed'}`
    | `provider_${'linked' | 'unlinked'}`
    | 'deletion_cancelled'
  const notice = (kind: Notice) =>
    toReader(kit, async ({ email }) => writeLetter(config, kind, { to: email, link: page('forgot') }))
  /** Writes to the address that a change replaces, whatever the stored one is by now. */
  const toFormer =
    (kind: 'email_change_asked' | 'email_changed'): Letters[string] =>
    async (_user, id) => {
      const noted: { former_email: string | null } | undefined = await db('usertwo.links')
        .where({ id })
        .first('former_email')
      const former = noted?.former_email
      return former ? writeLetter(config, kind, { to: former, link: page('forgot') }) : null
    }
  return {
    password_changed: notice('password_changed'),
    guessing: notice('guessing'),
    refresh_reused: notice('refresh_reused'),
    factor_added: notice('factor_added'),
    factor_removed: notice('factor_removed'),
    deletion_cancelled: notice('deletion_cancelled'),
    deletion_asked: toReader(kit, async ({ user, email }) => {
      const due = await dueDeletion(db, user)
      if (!due) return null
      const values = { day: dayIn(wordsIn(config), due) }
      return writeLetter(config, 'deletion_asked', { to: email, link: page('privacy'), values })
    }),
    passkey_added: notice('passkey_added'),
    passkey_removed: notice('passkey_removed'),
    provider_linked: notice('provider_linked'),
    provider_unlinked: notice('provider_unlinked'),
    email_change_asked: toFormer('email_change_asked'),
    email_changed: toFormer('email_changed'),
    taken: toReader(kit, async ({ email }) =>
      writeLetter(config, 'taken', { to: email, link: page('forgot'), login: page('login') }),
    ),
  }
}

async function verifyLetter({ db, clock, config }: Kit, page: Page, { user, email }: Reader): Promise<Mail> {
  const token = await issueLink(db, clock, { kind: 'verify', user, email, life: DAY_MS })
  return writeLetter(config, 'verify', { to: email, link: page(`verify?token=${token}`) })
}

/** E-mails with a one-time link for an existing user. */
function linkLetters(kit: Kit, page: Page): Letters {
  const { db, config, clock } = kit
  /** Also for a user who has not confirmed the address: a link that only confirms it would keep a password that another person may have set. */
  const login: Letters[string] = async (user, id) => {
    const reader = await readerOf(kit, user)
    if (!reader || id === null) return null
    const { issueLoginLink } = await import('./login-link-rows.js')
    const token = await issueLoginLink(db, clock, { link: id, email: reader.email })
    if (token === null) return null
    return writeLetter(config, 'login_link', { to: reader.email, link: page(`login/link?token=${token}`) })
  }
  return {
    login_link: login,
    login_link_known: login,

    reset: toReader(kit, async ({ user, email }) => {
      const life = await linkLife(db, clock, 'reset', user)
      const token = await issueMailedReset(db, user, clock, life)
      return writeLetter(config, 'reset', {
        to: email,
        link: page(`reset?token=${token}`),
        values: { life: hoursIn(wordsIn(config), life / HOUR_MS) },
      })
    }),

    verify: toReader(kit, async (reader) => (reader.unverified ? verifyLetter(kit, page, reader) : null)),

    email_change: async (user, id) => {
      const { table, id: key } = config.users
      const noted = id === null ? null : await issueNoted(db, clock, { link: id, life: HOUR_MS })
      const isThere = noted && (await db(table).where(key, user).first(key))
      if (!noted || !isThere) return null
      return writeLetter(config, 'email_change', {
        to: noted.email,
        link: page(`email?token=${noted.token}`),
      })
    },
  }
}

/** E-mails with a code for registering. */
function codeLetters({ db, config, settings, clock }: Kit, page: Page): Letters {
  return {
    // Recorded under the administrator who invites; the link row holds the invited address.
    invitation: async (_admin, id) => {
      const days = INVITATION_DAYS
      const noted = id === null ? null : await issueNoted(db, clock, { link: id, life: days * DAY_MS })
      if (!noted) return null
      const { token: code, email: to } = noted
      const link = page(`register#invitation=${code}&email=${encodeURIComponent(to)}`)
      return invitationLetter(config, { to, link, code, days })
    },

    // To OWNER_EMAIL only: the owner's row may have no address yet, or another one.
    claim: async () => {
      const { OWNER_EMAIL } = settings
      if (OWNER_EMAIL === undefined || (await isClaimed(db, config, settings.ENVIRONMENT))) return null
      const code = await issueClaimCode(db, clock, { othersStay: true })
      const link = page(`register#claim=${code}&email=${encodeURIComponent(OWNER_EMAIL)}`)
      return writeLetter(config, 'claim', { to: OWNER_EMAIL, link, values: { code } })
    },
  }
}
