import { escapeHtml } from './escape-html.js'

export const options = (threads) =>
  threads
    .map(
      (thread) =>
        `<option value="${thread.id}">${escapeHtml(thread.title)} (${escapeHtml(thread.format)})</option>\n`,
    )
    .join('')

export const radios = (threads) =>
  threads
    .map(
      (thread) => `<label class="thread">
  <input type="radio" name="thread_id" value="${thread.id}"> ${escapeHtml(thread.title)}
  <span>${thread.issues_remaining} left</span>
</label>
`,
    )
    .join('')
