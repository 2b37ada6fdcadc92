import { html } from '../../../core/html.js'
import { emailField, formStart, hiddenField } from './fields.js'
import type { Forms, FormsOf } from './forms.js'
import { sharedField } from './login-forms.js'

/** The form that asks for a link that logs in, the one that uses it, and what another browser shows. */
export function loginLinkForms({
  base,
  say,
}: FormsOf): Pick<Forms, 'askLoginLink' | 'useLoginLink' | 'otherBrowser'> {
  const start = formStart(base)
  return {
    askLoginLink: ({ email, next, errors }) => html`${start('askLoginLink')}
${hiddenField('next', next)}<p>${say('login_link.text')}</p>
${emailField(say, email, errors)}<button type="submit">${say('login_link.button')}</button>
</form>
<p class="other"><a href="${base}/login">${say('back_to_login')}</a></p>
`,

    useLoginLink: ({ token }) => html`${start('useLoginLink')}
${hiddenField('token', token)}<p>${say('login_link.use_text')}</p>
${sharedField(say)}<button type="submit">${say('login_link.use_button')}</button>
</form>
`,

    otherBrowser:
      () => html`<p class="other"><a href="${base}/login/link">${say('login_link.ask_here')}</a></p>
`,
  }
}
