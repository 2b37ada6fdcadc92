import type { StoredAnswer } from '../../../contract/answers.js'
import { ENDPOINTS } from '../../../contract/endpoints.js'
import { type Html, html } from '../../../core/html.js'
import type { Say, Word } from '../../4-auth/words/words.js'
import { formStart } from '../forms/fields.js'
import { all } from '../html/page-html.js'

/** What is said in words of usertwo's tables; any other is shown by its name. */
const LABELS: Readonly<Record<string, Word>> = {
  user_sessions: 'privacy.user_sessions',
  audit: 'privacy.audit',
  outbox: 'privacy.outbox',
  credentials: 'privacy.credentials',
}

interface PrivacyPage {
  stored: StoredAnswer
  isOwner: boolean
  graceDays: number
}

/** The page of a user's data: what there is, a button that exports it, and one that has the account deleted. */
export function privacyPage(base: string, say: Say, { stored, isOwner, graceDays }: PrivacyPage): Html {
  const start = formStart(base)
  const { due_at } = stored
  const kept = due_at
    ? html`<div class="note"><p>${say('privacy.due', { day: due_at.slice(0, 10) })}</p>
${start('keepAccount')}
<button type="submit">${say('privacy.keep_button')}</button>
</form>
</div>
`
    : undefined
  const account = Object.entries(stored.account).filter(([, rows]) => rows > 0)
  return html`${kept}<section aria-labelledby="app">
<h2 id="app">${say('privacy.app')}</h2>
<p>${say('privacy.app_text')}</p>
${counts(Object.entries(stored.app), (name) => html`<code>${name}</code>`)}</section>
<section aria-labelledby="of-account">
<h2 id="of-account">${say('privacy.account')}</h2>
${counts(account, (name) => nameOf(say, name))}</section>
<section aria-labelledby="export">
<h2 id="export">${say('privacy.export')}</h2>
<p>${say('privacy.export_text')}</p>
<form method="post" action="${base}${ENDPOINTS.exportMine.form.path}" data-answer="file">
<button type="submit">${say('privacy.export_button')}</button>
</form>
</section>
${due_at ? undefined : deletion(base, say, { isOwner, graceDays })}<p class="other"><a href="${base}/account">${say('back_to_account')}</a></p>
`
}

const counts = (rows: readonly (readonly [string, number])[], label: (name: string) => Html | string) =>
  html`<dl class="counts">
${all(
  rows.map(
    ([name, count]) => html`<dt>${label(name)}</dt><dd>${String(count)}</dd>
`,
  ),
)}</dl>
`

const nameOf = (say: Say, table: string) => {
  const label = LABELS[table]
  return label ? say(label) : `${table[0]!.toUpperCase()}${table.slice(1).replaceAll('_', ' ')}`
}

function deletion(
  base: string,
  say: Say,
  { isOwner, graceDays }: Pick<PrivacyPage, 'isOwner' | 'graceDays'>,
): Html {
  const text = graceDays
    ? say('privacy.delete_text', { days: graceDays === 1 ? 'a day' : `${graceDays} days` })
    : say('privacy.delete_at_once')
  return html`<section aria-labelledby="delete">
<h2 id="delete">${say('privacy.delete')}</h2>
${
  isOwner
    ? html`<p>${say('privacy.delete_owner')}</p>
`
    : html`<p>${text}</p>
${formStart(base)('deleteAccount')}
<button type="submit" class="quiet">${say('privacy.delete_button')}</button>
</form>
`
}</section>
`
}
