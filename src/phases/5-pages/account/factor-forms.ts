import type { EnrolmentAnswer } from '../../../contract/answers.js'
import { Html, html } from '../../../core/html.js'
import type { Say } from '../../4-auth/words/words.js'
import { codeField, type FieldErrors, formStart } from '../forms/fields.js'
import { all } from '../html/page-html.js'

/** What the page of the second factor is made of. */
export interface FactorForms {
  /** not set up yet */
  off(): Html
  /** there is one: each choice needs a code of it */
  on(factor: { day: string; left: number }, errors: FieldErrors): Html
  /** a new secret, shown this once */
  enrolment(made: EnrolmentAnswer): Html
  /** the code of a new secret; without the secret after a wrong one */
  confirm(errors: FieldErrors): Html
  /** shown this once */
  codes(codes: readonly string[]): Html
}

/** Keys and codes are read from a screen in groups of four. */
const grouped = (text: string) => text.match(/.{1,4}/g)!.join(' ')

export function factorForms(base: string, say: Say): FactorForms {
  const start = formStart(base)
  const back = html`<p class="other"><a href="${base}/account">${say('back_to_account')}</a></p>
`
  const confirmForm = (errors: FieldErrors) => html`${start('confirmTotp')}
<p>${say('factor.confirm_text')}</p>
${codeField(say, { errors, hint: 'factor.confirm_hint' })}<button type="submit">${say('factor.confirm_button')}</button>
</form>
`
  const choice = (path: string, text: string, look = '') =>
    html`<button type="submit"${look && html` class="${look}"`} formaction="${base}/factor/${path}">${text}</button>
`
  return {
    off: () => html`${start('enrolTotp')}
<p>${say('factor.off')}</p>
<button type="submit">${say('factor.set_up')}</button>
</form>
${back}`,

    on: ({ day, left }, errors) => html`<p>${say('factor.on', { day, count: String(left) })}</p>
${start('renewRecoveryCodes')}
<p>${say('factor.change_text')}</p>
${codeField(say, { errors })}<div class="choices">
${choice('recovery-codes', say('factor.new_codes'))}${choice('enrol', say('factor.replace'), 'quiet')}${choice('remove', say('factor.remove'), 'quiet')}</div>
</form>
${back}`,

    enrolment: ({ secret, qr }) => html`<p>${say('factor.scan')}</p>
<div class="qr" role="img" aria-label="${say('factor.qr')}">${new Html(qr)}</div>
<p>${say('factor.key')}</p>
<p class="key"><code>${grouped(secret)}</code></p>
${confirmForm({})}${back}`,

    confirm: (
      errors,
    ) => html`${confirmForm(errors)}<p class="other"><a href="${base}/factor">${say('factor.start_again')}</a></p>
`,

    codes: (codes) => html`<p>${say('factor.codes_text')}</p>
<ul class="codes">
${all(
  codes.map(
    (code) => html`<li><code>${code}</code></li>
`,
  ),
)}</ul>
<p class="other"><a href="${base}/account">${say('factor.codes_done')}</a></p>
`,
  }
}
