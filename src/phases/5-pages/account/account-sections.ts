import type { Request } from 'express'
import type { Person } from '../../../core/context.js'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { isByName } from '../../4-auth/accounts/names.js'
import { exists } from '../../4-auth/conditions.js'
import { authMail } from '../../4-auth/links/auth-mail.js'
import { isFactorDue } from '../../4-auth/password-login/reauth.js'
import { type Say, wordsIn } from '../../4-auth/words/words.js'
import {
  codeField,
  type FieldErrors,
  formStart,
  newPasswordField,
  passwordField,
  whoseField,
} from '../forms/fields.js'
import { lacksPassword } from '../providers/login-again.js'
import { providerSection } from '../providers/provider-section.js'
import { happened } from './happened.js'

/** A part of the account page. */
export type Section = (person: Person, errors: FieldErrors, req: Request) => Html | Promise<Html>

/** The sections of the account page, one after the other; their forms have fields of different names. */
export function accountSections(kit: Kit): Section[] {
  const base = kit.at.pages
  const say = wordsIn(kit.config)
  const hasMail = authMail(kit) !== null
  const { AUTH_ENABLE_TOTP: hasTotp, AUTH_ENABLE_PASSKEYS: hasPasskeys } = kit.settings
  const hasPrivacy = exists(kit, { only: 'privacy' })
  return [
    (person) => who(say, person, isByName(kit.config)),
    async (person, errors, req) =>
      (await lacksPassword(kit, person.id))
        ? noPassword(base, say, hasMail)
        : changeForm(base, say, person, { codeDue: await isFactorDue(kit, req), errors }),
    ({ isAdmin }) => links(base, say, { isAdmin, hasMail, hasTotp, hasPasskeys, hasPrivacy }),
    ...(kit.settings.AUTH_ENABLE_OAUTH ? [providerSection(kit)] : []),
    (person) => happened(kit, person),
    () => html`<p class="other"><a href="${base}/logout">${say('logout.title')}</a> · <a href="${kit.at.home}">${say('back_to_app')}</a></p>
`,
  ]
}

/** The link that sets a password is mailed. */
const noPassword = (base: string, say: Say, hasMail: boolean) => html`<section aria-labelledby="change">
<h2 id="change">${say('account.no_password')}</h2>
<p>${say('account.no_password_text')}</p>
${
  hasMail
    ? html`<p><a href="${base}/forgot">${say('account.set_password')}</a></p>
`
    : undefined
}</section>
`

const links = (
  base: string,
  say: Say,
  {
    isAdmin,
    hasMail,
    hasTotp,
    hasPasskeys,
    hasPrivacy,
  }: Record<'isAdmin' | 'hasMail' | 'hasTotp' | 'hasPasskeys' | 'hasPrivacy', boolean>,
) => html`${
  // Without mail no new address could be confirmed.
  hasMail
    ? html`<p class="other"><a href="${base}/email">${say('email.title')}</a></p>
`
    : undefined
}${
  hasTotp
    ? html`<p class="other"><a href="${base}/factor">${say('factor.title')}</a></p>
`
    : undefined
}${
  hasPasskeys
    ? html`<p class="other"><a href="${base}/passkeys">${say('passkeys.title')}</a></p>
`
    : undefined
}<p class="other"><a href="${base}/sessions">${say('sessions.title')}</a></p>
${
  hasPrivacy
    ? html`<p class="other"><a href="${base}/privacy">${say('privacy.title')}</a></p>
`
    : undefined
}${
  isAdmin
    ? html`<p class="other"><a href="${base}/admin">${say('account.administration')}</a></p>
`
    : undefined
}`

const who = (say: Say, { username, email }: Person, byName: boolean) => html`<dl>
${
  username === null
    ? undefined
    : html`<dt>${say('account.name')}</dt><dd>${username}</dd>
`
}${
  byName
    ? undefined
    : html`<dt>${say('account.email')}</dt><dd>${email ?? say('account.none')}</dd>
`
}</dl>
`

const changeForm = (
  base: string,
  say: Say,
  { email, username }: Person,
  { codeDue, errors }: { codeDue: boolean; errors: FieldErrors },
) => html`<section aria-labelledby="change">
<h2 id="change">${say('account.change_password')}</h2>
${formStart(base)('changePassword')}
${whoseField(email ?? username)}${passwordField('current_password', say('field.current_password'), errors)}${newPasswordField(say, 'field.new_password', errors)}${codeDue ? codeField(say, { errors }) : undefined}<button type="submit">${say('account.change_password_button')}</button>
</form>
</section>
`
