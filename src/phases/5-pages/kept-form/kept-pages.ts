import { appName } from '../../../config/app-name.js'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { isByName } from '../../4-auth/accounts/names.js'
import { type Say, wordsIn } from '../../4-auth/words/words.js'
import { codeField, type FieldErrors, hiddenField } from '../forms/fields.js'
import { loginFields } from '../forms/login-forms.js'
import { all, page } from '../html/page-html.js'
import type { Because } from './form-fields.js'
import type { KeptForm } from './kept-form.js'

/** How much of a value is shown; all of it is sent. */
const SHOWN = 300

interface Login {
  /** signed, as sent with the login */
  kept: string
  dropped: readonly string[]
  email?: string
  errors?: FieldErrors
}

/** The second step of the login that a kept form goes through. */
const codeForm = (base: string, say: Say, { kept, mfa, errors }: Login & { mfa: string }): Html =>
  html`<form method="post" action="${base}/kept">
<p>${say('factor.login_text')}</p>
${hiddenField('kept', kept)}${hiddenField('mfa_token', mfa)}${codeField(say, { errors })}<button type="submit">${say('factor.login_button')}</button>
</form>
`

/** The pages that a form goes through when its sender's login has ended. */
export function keptPages(kit: Kit) {
  const { root, home, pages: base } = kit.at
  const say = wordsIn(kit.config)
  const title = say('kept.title')
  const shell = (body: Html, more: { message?: string; isError?: boolean } = {}) =>
    page({ say, app: appName(kit.config), base, title, body, ...more })
  const notKept = (names: readonly string[]) =>
    names.length === 0
      ? undefined
      : html`<p class="note">${say('kept.dropped', { names: [...new Set(names)].join(', ') })}</p>
`
  const loginForm = ({
    kept,
    dropped,
    email,
    errors,
  }: Login): Html => html`<form method="post" action="${base}/kept">
<p>${say('kept.text')}</p>
${notKept(dropped)}${hiddenField('kept', kept)}${loginFields(say, { email, errors }, isByName(kit.config))}<button type="submit">${say('login.button')}</button>
</form>
`
  return {
    title,
    sendTitle: say('kept.send_title'),
    otherTitle: say('kept.other_title'),
    loginForm,
    codeTitle: say('factor.login_title'),
    codeForm: (given: Login & { mfa: string }) => codeForm(base, say, given),
    login: (given: Login) => shell(loginForm(given)),
    unkept: (because: Because) =>
      shell(
        html`<p>${say('kept.not')}</p>
<p><a href="${base}/login" target="_blank" rel="noopener">${say('kept.other_tab')}</a></p>
`,
        { isError: true, message: say(`kept.${because}`) },
      ),
    send: (
      form: KeptForm,
      csrfToken: string,
    ) => html`<form method="post" action="${root}${form.path}" enctype="${form.enctype}">
${hiddenField('_csrf', csrfToken)}${all(form.fields.map(([name, value]) => hiddenField(name, value)))}<p>${say('kept.send_text')}</p>
${notKept(form.dropped)}<button type="submit">${say('kept.send_button')}</button>
</form>
<details>
<summary>${say('kept.sent', { path: form.path.split('?', 1)[0]! })}</summary>
<dl>${all(form.fields.map(([name, value]) => html`<dt>${name}</dt><dd>${value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value}</dd>`))}</dl>
</details>
<p class="other"><a href="${home}">${say('kept.do_not')}</a></p>
`,
    thrownAway: () => html`<p>${say('kept.other')}</p>
<p><a href="${home}">${say('kept.go_on')}</a></p>
`,
  }
}
