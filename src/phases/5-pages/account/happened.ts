import type { Person } from '../../../core/context.js'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { all } from '../html/page-html.js'

const MOST = 20

/** The events of the audit table in words for the user they are about. Any other event is shown by its name. */
const WORDS: Record<string, string> = {
  claimed: 'Claimed as the owner',
  registered: 'Account made',
  register_taken: 'Someone tried to register with your address',
  login: 'Logged in',
  login_failed: 'Wrong password at the login',
  throttled: 'Refused: too many attempts',
  csrf_refused: 'Refused: sent by another site',
  logout: 'Logged out',
  reset_asked: 'Link for a new password asked for',
  reset_link_made: 'Link for a new password made',
  password_reset: 'Password set by a link',
  password_changed: 'Password changed',
  reauthenticated: 'Password given again',
  reauth_failed: 'Wrong password, while logged in',
  login_unverified: 'Logged in before the address was confirmed: refused',
  verify_asked: 'Link to confirm the address asked for',
  email_verified: 'Address confirmed',
  email_change_asked: 'Another address asked for',
  email_changed: 'Address changed',
  invited: 'A person was invited by you',
  session_revoked: 'Logins ended',
  refresh_reused: 'A login ended: its refresh token was used twice',
  factor_due: 'Code of the second factor due',
  factor_failed: 'Wrong code of the second factor',
  factor_added: 'Second factor set up',
  factor_removed: 'Second factor removed',
  recovery_code_used: 'Recovery code used',
  recovery_codes_made: 'Recovery codes made',
  deletion_asked: 'Deletion of the account asked for',
  deletion_cancelled: 'Deletion of the account taken back',
  passkey_added: 'Passkey added',
  passkey_removed: 'Passkey removed',
  passkey_used: 'Passkey used to log in',
  passkey_refused: 'Passkey refused at the login',
  passkey_counter: 'Passkey refused: it was used less often than before, and may be a copy',
  login_link_asked: 'Link to log in asked for',
  login_link_used: 'Link to log in used',
  provider_linked: 'Account at another provider linked',
  provider_unlinked: 'Account at another provider unlinked',
  provider_used: 'Logged in by another provider',
  provider_refused: 'Login by another provider refused',
  owner_transferred: 'Account handed over to you',
  user_disabled: 'Account disabled',
  user_enabled: 'Account enabled',
}

/** The latest events of an account, so that its user can notice what they did not do. */
export async function happened({ db, config }: Kit, { id }: Pick<Person, 'id'>): Promise<Html> {
  const rows: { at: Date; event: string; ip_address: string | null }[] = await db('usertwo.audit')
    .where({ user_id: id })
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST)
    .select('at', 'event', 'ip_address')
  const line = ({ at, event, ip_address }: (typeof rows)[number]) => html`<li>
<span>${WORDS[event] ?? event.replaceAll('_', ' ')}</span>
<span class="when">${time(at)}${ip_address ? ` · ${ip_address}` : undefined}</span>
</li>
`
  return html`<section aria-labelledby="happened">
<h2 id="happened">${wordsIn(config)('account.happened')}</h2>
<ul class="rows">
${all(rows.map(line))}</ul>
</section>
`
}

/** In UTC, and labelled so: a page without script does not know its reader's time zone. */
export function time(at: Date): Html {
  const text = at.toISOString()
  return html`<time datetime="${text}">${text.slice(0, 10)} ${text.slice(11, 16)} UTC</time>`
}
