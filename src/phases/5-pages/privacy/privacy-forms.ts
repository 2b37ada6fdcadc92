import type { StoredAnswer } from '../../../contract/answers.js'
import { ENDPOINTS } from '../../../contract/endpoints.js'
import { type Html, html } from '../../../core/html.js'
import { dayIn, daysIn, numberIn } from '../../4-auth/words/dates.js'
import { isTextName, type Say } from '../../4-auth/words/words.js'
import { formStart } from '../forms/fields.js'
import { all } from '../html/page-html.js'

/** The script keeps the file in memory until it is complete. A larger one is left to the browser. */
const MOST_ROWS = 500_000

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
    ? html`<div class="note"><p>${say('privacy.due', { day: dayIn(say, new Date(due_at)) })}</p>
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
${counts(say, Object.entries(stored.app), (name) => html`<code>${name}</code>`)}</section>
<section aria-labelledby="of-account">
<h2 id="of-account">${say('privacy.account')}</h2>
${counts(say, account, (name) => nameOf(say, name))}</section>
<section aria-labelledby="export">
<h2 id="export">${say('privacy.export')}</h2>
<p>${say('privacy.export_text')}</p>
${rowsIn(stored) > MOST_ROWS ? plainForm(base, say) : formWithProgress(base, say)}</section>
${due_at ? undefined : deletion(base, say, { isOwner, graceDays })}<p class="other"><a href="${base}/account">${say('back_to_account')}</a></p>
`
}

const rowsIn = ({ app, account }: StoredAnswer) =>
  [...Object.values(app), ...Object.values(account)].reduce((sum, rows) => sum + rows, 0)

const plainForm = (base: string, say: Say) =>
  html`<form method="post" action="${base}${ENDPOINTS.exportMine.form.path}" data-answer="file">
<button type="submit">${say('privacy.export_button')}</button>
</form>
`

const formWithProgress = (base: string, say: Say) =>
  html`<form method="post" action="${base}${ENDPOINTS.exportMine.form.path}" data-done="${say('privacy.export_done')}" data-failed="${say('privacy.export_failed')}">
<button type="submit">${say('privacy.export_button')}</button>
<progress max="1" value="0" aria-label="${say('privacy.export_progress')}" hidden></progress>
<p class="hint" role="status"></p>
</form>
<script src="${base}/privacy.js" defer></script>
`

const counts = (
  say: Say,
  rows: readonly (readonly [string, number])[],
  label: (name: string) => Html | string,
) =>
  html`<dl class="counts">
${all(
  rows.map(
    ([name, count]) => html`<dt>${label(name)}</dt><dd>${numberIn(say, count)}</dd>
`,
  ),
)}</dl>
`

/** A table of usertwo without a text is shown by its name. */
function nameOf(say: Say, table: string): string {
  const name = `privacy.${table}`
  return isTextName(name) ? say(name) : `${table[0]!.toUpperCase()}${table.slice(1).replaceAll('_', ' ')}`
}

function deletion(
  base: string,
  say: Say,
  { isOwner, graceDays }: Pick<PrivacyPage, 'isOwner' | 'graceDays'>,
): Html {
  const text = graceDays
    ? say('privacy.delete_text', { days: daysIn(say, graceDays) })
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
