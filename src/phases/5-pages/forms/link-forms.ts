import { html } from '../../../core/html.js'
import {
  codeField,
  emailField,
  field,
  formStart,
  hiddenField,
  newPasswordField,
  passwordField,
} from './fields.js'
import type { Forms, FormsOf } from './forms.js'

/** The forms that ask for a one-time link and that use one. */
export function linkForms({
  base,
  say,
}: FormsOf): Pick<Forms, 'forgot' | 'reset' | 'verify' | 'changeEmail' | 'confirmEmail' | 'resend'> {
  const start = formStart(base)
  return {
    forgot: ({ email, errors }) => html`${start('forgot')}
<p>${say('forgot.text')}</p>
${emailField(say, email, errors)}<button type="submit">${say('forgot.button')}</button>
</form>
<p class="other"><a href="${base}/login">${say('back_to_login')}</a></p>
`,

    reset: ({ token, errors }) => html`${start('reset')}
${hiddenField('token', token)}${newPasswordField(say, 'field.new_password', errors)}<button type="submit">${say('reset.button')}</button>
</form>
<p class="other">${say('reset.ends')}</p>
`,

    verify: ({ token }) => html`${start('verify')}
${hiddenField('token', token)}<p>${say('verify.text')}</p>
<button type="submit">${say('verify.button')}</button>
</form>
`,

    changeEmail: ({ email, codeDue, errors }) => html`${start('changeEmail')}
<p>${say('email.text')}</p>
${field({ name: 'email', label: say('field.new_email'), input: html`type="email" autocomplete="email" spellcheck="false" maxlength="254"`, value: email, errors })}${passwordField('password', say('field.password'), errors)}${codeDue ? codeField(say, { errors }) : undefined}<button type="submit">${say('email.button')}</button>
</form>
<p class="other"><a href="${base}/account">${say('back_to_account')}</a></p>
`,

    confirmEmail: ({ token }) => html`${start('confirmEmail')}
<input type="hidden" name="token" value="${token}">
<p>${say('email.confirm')}</p>
<button type="submit">${say('email.confirm_button')}</button>
</form>
`,

    resend: ({ email, errors }) => html`${start('resend')}
<p>${say('verify.resend')}</p>
${emailField(say, email?.includes('@') ? email : undefined, errors)}<button type="submit">${say('verify.resend_button')}</button>
</form>
<p class="other"><a href="${base}/login">${say('back_to_login')}</a></p>
`,
  }
}
