import { type Html, html } from '../../../core/html.js'
import type { PasskeyShown } from '../../4-auth/passkeys/passkey-rows.js'
import type { Say } from '../../4-auth/words/words.js'
import { time } from '../account/happened.js'
import { type FieldErrors, field, formStart, hiddenField } from '../forms/fields.js'
import { all } from '../html/page-html.js'

/** What the page of passkeys is made of. */
export interface PasskeyForms {
  list(passkeys: readonly PasskeyShown[], errors: FieldErrors): Html
  /** @param options as `navigator.credentials.create` takes them, in JSON */
  create(options: object, name: string | undefined): Html
}

export function passkeyForms(base: string, say: Say): PasskeyForms {
  const start = formStart(base)
  const add = (errors: FieldErrors) => html`<section aria-labelledby="add">
<h2 id="add">${say('passkeys.add')}</h2>
${start('beginPasskey')}
${field({
  name: 'name',
  label: say('passkeys.name'),
  input: html`autocomplete="off" maxlength="60"`,
  hint: say('passkeys.name_hint'),
  errors,
})}<button type="submit">${say('passkeys.add')}</button>
</form>
</section>
`
  return {
    list: (passkeys, errors) => html`<p>${say('passkeys.text')}</p>
${
  passkeys.length === 0
    ? undefined
    : html`<ul class="rows">
${all(passkeys.map((one) => line(base, say, one)))}</ul>
`
}${add(errors)}<p class="other"><a href="${base}/account">${say('back_to_account')}</a></p>
`,

    create: (
      options,
      name,
    ) => html`<form method="post" action="${base}/passkeys/verify" data-passkey="${JSON.stringify(options)}" data-creates data-failed="${say('passkeys.failed')}">
<p>${say('passkeys.create_text')}</p>
<p class="note">${say('passkeys.missing')}</p>
${hiddenField('name', name)}${hiddenField('credential', undefined)}<button type="button">${say('passkeys.create_button')}</button>
<p class="error" role="alert"></p>
</form>
<p class="other"><a href="${base}/passkeys">${say('passkeys.back')}</a></p>
<script src="${base}/passkeys.js" defer></script>
`,
  }
}

function line(base: string, say: Say, { id, name, created_at, last_used_at, backed_up }: PasskeyShown): Html {
  const used = last_used_at
    ? html`${say('passkeys.used')} ${time(last_used_at, say)}`
    : html`${say('passkeys.never')}`
  const mark = backed_up ? html` <span class="mark">${say('passkeys.backed_up')}</span>` : undefined
  return html`<li>
<span><strong>${name}</strong>${mark}</span>
<span class="when">${say('passkeys.since')} ${time(created_at, say)} · ${used}</span>
${formStart(base)('removePasskey')}
${hiddenField('id', id)}<button type="submit" class="small" aria-label="${say('passkeys.remove_label', { name })}">${say('passkeys.remove')}</button>
</form>
<details>
<summary aria-label="${say('passkeys.rename_label', { name })}">${say('passkeys.rename')}</summary>
${formStart(base)('renamePasskey')}
${hiddenField('id', id)}<label for="name-${id}">${say('passkeys.name')}</label>
<input id="name-${id}" name="name" value="${name}" autocomplete="off" maxlength="60" required>
<button type="submit" class="small">${say('passkeys.rename_button')}</button>
</form>
</details>
</li>
`
}

/** The form that logs in by a passkey; hidden until its script finds that the browser has passkeys. */
export const offerForm = (base: string, say: Say, options: string, next: string): Html =>
  html`<form method="post" action="${base}/login/passkey" class="passkey" data-passkey="${options}" data-failed="${say('passkeys.failed')}" hidden>
${hiddenField('next', next)}${hiddenField('credential', undefined)}<input type="hidden" name="shared_computer" value="on" disabled>
<button type="button" class="quiet">${say('passkeys.login_button')}</button>
<p class="error" role="alert"></p>
</form>
<script src="${base}/passkeys.js" defer></script>
`
