import { type Html, html } from '../../../core/html.js'
import type { AuditRow } from '../../4-auth/admin/audit-rows.js'
import type { OutboxMail } from '../../4-auth/admin/mails.js'
import { time } from '../account/happened.js'
import { hiddenField } from '../forms/fields.js'
import { all } from '../html/page-html.js'

/** Events of a page. */
export const EVENTS_A_PAGE = 50

/** What the page of events is filtered by, as it was sent. */
export interface AuditQuery {
  user: string
  event: string
  before: string
}

/** The events, the newest first, with a filter and a button that downloads what it matches. */
export function auditPage(base: string, rows: readonly AuditRow[], { user, event }: AuditQuery): Html {
  const filter = new URLSearchParams({ user, event })
  const oldest = rows.at(-1)?.id
  return html`<form method="get" action="${base}/admin/audit" role="search">
<div class="field">
<label for="user">Id of the user</label>
<input id="user" name="user" autocomplete="off" spellcheck="false" maxlength="100" value="${user}">
</div>
<div class="field">
<label for="event">Event</label>
<input id="event" name="event" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="100" value="${event}">
</div>
<button type="submit">Filter</button>
</form>
${
  rows.length === 0
    ? html`<p class="note">Nothing was recorded.</p>
`
    : html`<ul class="rows">
${all(rows.map((row) => line(base, row)))}</ul>
`
}${
  rows.length === EVENTS_A_PAGE
    ? html`<p class="other"><a href="${base}/admin/audit?${filter.toString()}&before=${oldest}">Older</a></p>
`
    : undefined
}<form method="post" action="${base}/admin/audit.csv" data-answer="file">
${hiddenField('user', user)}${hiddenField('event', event)}<button type="submit" class="quiet">Download as CSV</button>
</form>
`
}

function line(base: string, { at, event, user_id, actor_id, ip_address, details }: AuditRow): Html {
  const by = actor_id !== null && String(actor_id) !== String(user_id)
  const more = Object.keys(details).length > 0 ? ` · ${JSON.stringify(details)}` : ''
  return html`<li>
<span>${event.replaceAll('_', ' ')}${user_id === null ? undefined : html` · <a href="${base}/admin/users/${encodeURIComponent(String(user_id))}">user ${String(user_id)}</a>`}${by ? ` · by user ${actor_id}` : undefined}</span>
<span class="when">${time(at)}${ip_address ? ` · ${ip_address}` : undefined}${more}</span>
</li>
`
}

/** The newest e-mails of the outbox. */
export const mailsPage = (mails: readonly OutboxMail[]): Html =>
  mails.length === 0
    ? html`<p class="note">No e-mail waits, and none was sent in the last day.</p>
`
    : html`<ul class="rows">
${all(mails.map(mailLine))}</ul>
`

function mailLine({
  kind,
  user_id,
  created_at,
  attempts,
  sent_at,
  given_up_at,
  last_error,
}: OutboxMail): Html {
  const state = sent_at
    ? html`sent ${time(sent_at)}`
    : given_up_at
      ? html`given up ${time(given_up_at)}`
      : html`waiting`
  return html`<li>
<span>${kind.replaceAll('_', ' ')} · user ${String(user_id)} <span class="mark">${state}</span></span>
<span class="when">${time(created_at)} · ${attempts === 1 ? '1 attempt' : `${attempts} attempts`}${last_error ? ` · ${last_error}` : undefined}</span>
</li>
`
}
