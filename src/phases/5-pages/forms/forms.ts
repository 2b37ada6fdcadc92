import { type Html, html } from '../../../core/html.js'
import type { RegistrationMode } from '../../4-auth/accounts/registration-mode.js'
import type { Say } from '../../4-auth/words/words.js'
import {
  EMAIL,
  type FieldErrors,
  field,
  hiddenField,
  NAME,
  newPasswordField,
  passwordField,
} from './fields.js'

export interface FormValues {
  /** the address or user name that was typed last time; passwords and codes are never shown again */
  email?: string
  /** of a one-time link */
  token?: string
  /** where to go afterwards, checked */
  next: string
  /** the owner has been claimed: no code is good for anything any more */
  claimed?: boolean
  /** what was wrong last time */
  errors?: FieldErrors
}

export interface Forms {
  login(values: FormValues): Html
  register(values: FormValues): Html
  logout(): Html
  forgot(values: FormValues): Html
  reset(values: FormValues): Html
  verify(values: FormValues): Html
  resend(values: FormValues): Html
  changeEmail(values: FormValues): Html
  confirmEmail(values: FormValues): Html
}

interface FormsOf {
  say: Say
  mode(): RegistrationMode
  hasMail: boolean
  /** people log in by a user name: no address is asked for */
  isByName: boolean
}

/** The forms: plain HTML that works without script, with names and hints password managers know. */
export function forms(base: string, { say, mode, hasMail, isByName }: FormsOf): Forms {
  const emailField = (value: string | undefined, errors?: FieldErrors) =>
    field({ name: 'email', label: say('field.email'), input: EMAIL, value, errors })
  const nameField = (value: string | undefined, errors?: FieldErrors) =>
    field({ name: 'username', label: say('field.username'), input: NAME, value, errors })
  const withNext = (path: string, next: string) =>
    `${base}/${path}${next === '/' ? '' : `?next=${encodeURIComponent(next)}`}`

  const loginInstead = (next: string) =>
    html`<p class="other">${say('register.account')} <a href="${withNext('login', next)}">${say('register.login')}</a></p>
`

  return {
    login: ({ email, next, errors }) => html`<form method="post" action="${base}/login">
${hiddenField('next', next)}${loginFields(say, { email, errors }, isByName)}<button type="submit">${say('login.button')}</button>
</form>
${hasMail ? html`<p class="other"><a href="${base}/forgot">${say('login.forgot')}</a></p>` : undefined}
<p class="other">${say('login.no_account')} <a href="${withNext('register', next)}">${say('login.register')}</a></p>
`,

    register: ({ email, next, claimed, errors }) =>
      claimed && mode() === 'owner-only'
        ? html`<p class="note">${say('register.closed')}</p>
${loginInstead(next)}`
        : html`<form method="post" action="${base}/register">
${hiddenField('next', next)}${mode() === 'owner-only' ? html`<p class="note">${say('register.owner_only')}</p>` : undefined}
${(isByName ? nameField : emailField)(email, errors)}${newPasswordField(say, 'field.password', errors)}${inviteCode(say, mode(), claimed === true)}${claimed ? undefined : claimCode(say, mode() === 'owner-only')}<button type="submit">${say('register.button')}</button>
</form>
${loginInstead(next)}`,

    logout: () => html`<form method="post" action="${base}/logout">
<p>${say('logout.text')}</p>
<button type="submit">${say('logout.button')}</button>
</form>
<p class="other"><a href="/">${say('back_to_app')}</a></p>
`,

    forgot: ({ email, errors }) => html`<form method="post" action="${base}/forgot">
<p>${say('forgot.text')}</p>
${emailField(email, errors)}<button type="submit">${say('forgot.button')}</button>
</form>
<p class="other"><a href="${base}/login">${say('back_to_login')}</a></p>
`,

    reset: ({ token, errors }) => html`<form method="post" action="${base}/reset">
${hiddenField('token', token)}${newPasswordField(say, 'field.new_password', errors)}<button type="submit">${say('reset.button')}</button>
</form>
<p class="other">${say('reset.ends')}</p>
`,

    verify: ({ token }) => html`<form method="post" action="${base}/verify">
${hiddenField('token', token)}<p>${say('verify.text')}</p>
<button type="submit">${say('verify.button')}</button>
</form>
`,

    changeEmail: ({ email, errors }) => html`<form method="post" action="${base}/email/change">
<p>${say('email.text')}</p>
${field({ name: 'email', label: say('field.new_email'), input: html`type="email" autocomplete="email" spellcheck="false" maxlength="254"`, value: email, errors })}${passwordField('password', say('field.password'), errors)}<button type="submit">${say('email.button')}</button>
</form>
<p class="other"><a href="${base}/account">${say('back_to_account')}</a></p>
`,

    confirmEmail: ({ token }) => html`<form method="post" action="${base}/email">
<input type="hidden" name="token" value="${token}">
<p>${say('email.confirm')}</p>
<button type="submit">${say('email.confirm_button')}</button>
</form>
`,

    resend: ({ email, errors }) => html`<form method="post" action="${base}/verify/resend">
<p>${say('verify.resend')}</p>
${emailField(email?.includes('@') ? email : undefined, errors)}<button type="submit">${say('verify.resend_button')}</button>
</form>
<p class="other"><a href="${base}/login">${say('back_to_login')}</a></p>
`,
  }
}

/** Who it is, and the password. */
export function loginFields(
  say: Say,
  { email: value, errors }: Pick<FormValues, 'email' | 'errors'>,
  isByName: boolean,
): Html {
  const login = isByName
    ? field({ name: 'username', label: say('field.username'), input: NAME, value, errors })
    : field({ name: 'email', label: say('field.login'), input: LOGIN, value, errors })
  return html`${login}${passwordField('password', say('field.password'), errors)}${shared(say)}`
}

const LOGIN = html`autocomplete="username" inputmode="email" autocapitalize="none" spellcheck="false" maxlength="254"`

const shared = (say: Say) => html`<div class="check">
<input id="shared_computer" name="shared_computer" type="checkbox" value="on" aria-describedby="shared-hint">
<label for="shared_computer">${say('login.shared')}</label>
<p class="hint" id="shared-hint">${say('login.shared_hint')}</p>
</div>
`

/** The script takes the code from the link, where no server and no log sees it; without script it is typed. */
const inviteCode = (say: Say, mode: RegistrationMode, required: boolean) => {
  if (mode === 'owner-only') return undefined
  if (mode === 'open')
    return html`<input type="hidden" name="invite_code" id="invite_code">
`
  return html`<div class="field">
<label for="invite_code">${say('register.invite_code')}</label>
<input id="invite_code" name="invite_code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" maxlength="200" aria-describedby="invite-hint"${required ? html` required` : undefined}>
<p class="hint" id="invite-hint">${say('register.invite_hint')}</p>
</div>
`
}

const claimCode = (say: Say, required: boolean) => html`<div class="field">
<label for="claim_code">${say('register.claim_code')}${required ? undefined : html` <span class="optional">${say('register.claim_optional')}</span>`}</label>
<input id="claim_code" name="claim_code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="200" aria-describedby="claim-hint"${required ? html` required` : undefined}>
<p class="hint" id="claim-hint">${say('register.claim_hint')}</p>
</div>
`
