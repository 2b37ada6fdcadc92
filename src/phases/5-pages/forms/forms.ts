import type { OauthProvider } from '../../../contract/answers.js'
import type { Html } from '../../../core/html.js'
import type { RegistrationMode } from '../../4-auth/accounts/registration-mode.js'
import type { Say } from '../../4-auth/words/words.js'
import type { FieldErrors } from './fields.js'
import { linkForms } from './link-forms.js'
import { loginForms } from './login-forms.js'
import { loginLinkForms } from './login-link-forms.js'

export interface FormValues {
  /** the address or user name as last typed; passwords and codes are never shown again */
  email?: string
  /** of a one-time link */
  token?: string
  /** of a login whose second factor is due */
  mfa?: string
  /** what a passkey is offered with, in JSON; absent: it is not */
  passkey?: string | undefined
  /** by which users may log in; absent: none */
  providers?: readonly OauthProvider[]
  /** a code of the second factor is required as well */
  codeDue?: boolean
  /** where to go afterwards, checked */
  next: string
  /** the owner has been claimed: claim codes are useless from then on */
  claimed?: boolean
  /** the errors of the last attempt */
  errors?: FieldErrors
}

export interface Forms {
  login(values: FormValues): Html
  register(values: FormValues): Html
  factor(values: FormValues): Html
  logout(): Html
  forgot(values: FormValues): Html
  reset(values: FormValues): Html
  verify(values: FormValues): Html
  resend(values: FormValues): Html
  changeEmail(values: FormValues): Html
  confirmEmail(values: FormValues): Html
  askLoginLink(values: FormValues): Html
  useLoginLink(values: FormValues): Html
  /** no form: what a browser shows that did not ask for the link */
  otherBrowser(values: FormValues): Html
}

export interface FormsOf {
  /** the pages' address */
  base: string
  /** where the app begins */
  home: string
  say: Say
  mode(): RegistrationMode
  hasMail: boolean
  /** users may log in by a mailed link */
  hasLoginLink: boolean
  /** users log in by a user name: no address is requested */
  isByName: boolean
}

/** The forms: plain HTML that works without script, with names and hints password managers know. */
export const forms = (of: FormsOf): Forms => ({
  ...loginForms(of),
  ...linkForms(of),
  ...loginLinkForms(of),
})
