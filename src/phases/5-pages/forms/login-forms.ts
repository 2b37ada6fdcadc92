import { type Html, html } from '../../../core/html.js'
import type { RegistrationMode } from '../../4-auth/accounts/registration-mode.js'
import type { Say } from '../../4-auth/words/words.js'
import { offerForm } from '../passkeys/passkey-forms.js'
import { providerButtons } from '../providers/provider-forms.js'
import {
  codeField,
  emailField,
  field,
  formStart,
  hiddenField,
  nameField,
  newPasswordField,
  passwordField,
} from './fields.js'
import type { Forms, FormsOf, FormValues } from './forms.js'

/** The forms that begin and end a login. */
export function loginForms({
  base,
  home,
  say,
  mode,
  hasMail,
  hasLoginLink,
  isByName,
}: FormsOf): Pick<Forms, 'login' | 'register' | 'factor' | 'logout'> {
  const start = formStart(base)
  const withNext = (path: string, next: string) =>
    `${base}/${path}${next === home ? '' : `?next=${encodeURIComponent(next)}`}`

  const loginInstead = (next: string) =>
    html`<p class="other">${say('register.account')} <a href="${withNext('login', next)}">${say('register.login')}</a></p>
`

  return {
    login: ({ email, next, passkey, providers, errors }) => html`${start('login')}
${hiddenField('next', next)}${loginFields(say, { email, passkey, errors }, isByName)}<button type="submit">${say('login.button')}</button>
${providerButtons(base, say, providers)}</form>
${passkey && offerForm(base, say, passkey, next)}${hasLoginLink ? html`<p class="other"><a href="${withNext('login/link', next)}">${say('login.by_link')}</a></p>` : undefined}
${hasMail ? html`<p class="other"><a href="${base}/forgot">${say('login.forgot')}</a></p>` : undefined}
<p class="other">${say('login.no_account')} <a href="${withNext('register', next)}">${say('login.register')}</a></p>
`,

    register: ({ email, next, claimed, providers, errors }) =>
      claimed && mode() === 'owner-only'
        ? html`<p class="note">${say('register.closed')}</p>
${loginInstead(next)}`
        : html`${start('register')}
${hiddenField('next', next)}${mode() === 'owner-only' ? html`<p class="note">${say('register.owner_only')}</p>` : undefined}
${(isByName ? nameField : emailField)(say, email, errors)}${newPasswordField(say, 'field.password', errors)}${inviteCode(say, mode(), claimed === true)}${claimed ? undefined : claimCode(say, mode() === 'owner-only')}<button type="submit">${say('register.button')}</button>
${providerButtons(base, say, providers)}</form>
${loginInstead(next)}`,

    factor: ({ mfa, next, errors }) => html`${start('verifyTotp')}
${hiddenField('mfa_token', mfa)}${hiddenField('next', next)}<p>${say('factor.login_text')}</p>
${codeField(say, { errors })}<button type="submit">${say('factor.login_button')}</button>
</form>
<p class="other"><a href="${withNext('login', next)}">${say('back_to_login')}</a></p>
`,

    logout: () => html`${start('logout')}
<p>${say('logout.text')}</p>
<button type="submit">${say('logout.button')}</button>
</form>
<p class="other"><a href="${home}">${say('back_to_app')}</a></p>
`,
  }
}

/** The fields for login and password. */
export function loginFields(
  say: Say,
  { email: value, passkey, errors }: Pick<FormValues, 'email' | 'passkey' | 'errors'>,
  isByName: boolean,
): Html {
  // Browsers list passkeys in a field that says `webauthn` last.
  const input = html`autocomplete="username${passkey && ' webauthn'}"${isByName ? undefined : html` inputmode="email"`} autocapitalize="none" spellcheck="false" maxlength="254"`
  const login = isByName
    ? field({ name: 'username', label: say('field.username'), input, value, errors })
    : field({ name: 'email', label: say('field.login'), input, value, errors })
  return html`${login}${passwordField('password', say('field.password'), errors)}${sharedField(say)}`
}

export const sharedField = (say: Say) => html`<div class="check">
<input id="shared_computer" name="shared_computer" type="checkbox" value="on" aria-describedby="shared-hint">
<label for="shared_computer">${say('login.shared')}</label>
<p class="hint" id="shared-hint">${say('login.shared_hint')}</p>
</div>
`

/** The script takes the code from the link's fragment, which no server and no log sees; without script it is typed. */
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
