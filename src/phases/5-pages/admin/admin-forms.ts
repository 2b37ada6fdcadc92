import { html } from '../../../core/html.js'
import { type FieldErrors, field, formStart } from '../forms/fields.js'

/** Shows the whole URL where it is copied as a link, even if the app's public address is not configured. */
export const handedOn = (
  link: string,
  code?: string,
) => html`<p class="handed"><a href="${link}">${link}</a></p>
${
  code &&
  html`<p>Where it asks for the code of the invitation: <code>${code}</code></p>
`
}<p class="hint">It is shown this once. Copy the address of the link; do not open it.</p>
`

export const CLOSED = html`<p class="note">Invitations are off: only the owner can register (<code>REGISTRATION</code>).</p>
`

interface InviteForm {
  byName: boolean
  mails: boolean
  errors: FieldErrors
}

export const inviteForm = (
  base: string,
  { byName, mails, errors }: InviteForm,
) => html`<section aria-labelledby="invite">
<h2 id="invite">Invite a person</h2>
${formStart(base)('invite')}
${field({
  name: byName ? 'username' : 'email',
  label: byName ? 'User name' : 'E-mail',
  input: byName
    ? html`autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="40"`
    : html`type="email" autocomplete="off" spellcheck="false" maxlength="254"`,
  hint: mails ? 'The link is mailed to this address.' : 'You get a link to hand on.',
  errors,
})}<button type="submit">Invite</button>
</form>
</section>
`

export const resetForm = (
  base: string,
  byName: boolean,
  errors: FieldErrors,
) => html`<section aria-labelledby="reset">
<h2 id="reset">A user has lost their password</h2>
<form method="post" action="${base}/admin/reset-link">
${field({
  name: 'who',
  label: byName ? 'User name or id' : 'E-mail, user name or id',
  input: html`autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="254"`,
  hint: 'You get a link to hand on. All of the user’s logins end when it is used.',
  errors,
})}<button type="submit">Make the link</button>
</form>
</section>
`
