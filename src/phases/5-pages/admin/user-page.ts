import { type Html, html } from '../../../core/html.js'
import type { UserAction } from '../../4-auth/admin/act-on-user.js'
import type { ListedUser } from '../../4-auth/admin/users.js'
import { type FieldErrors, field, hiddenField } from '../forms/fields.js'
import { all } from '../html/page-html.js'
import { userMarks } from './user-list.js'

interface UserPage {
  user: ListedUser
  /** the administrator's own account */
  isSelf: boolean
  hasFactors: boolean
  errors: FieldErrors
  /** their latest events */
  events: Html
}

/** One user, with a button for each thing that an administrator can do to them. */
export function userPage(base: string, { user, isSelf, hasFactors, errors, events }: UserPage): Html {
  const act = (
    action: UserAction,
    text: string,
    more?: Html,
  ) => html`<form method="post" action="${base}/admin/users">
${hiddenField('user', String(user.id))}${hiddenField('action', action)}${more}<button type="submit" class="quiet">${text}</button>
</form>
`
  const role = (name: string) => act('ungrant', `Remove the role ${name}`, hiddenField('role', name))
  return html`<dl>
<dt>Id</dt><dd>${String(user.id)}${userMarks(user)}</dd>
<dt>E-mail</dt><dd>${user.email ?? 'none'}</dd>
<dt>User name</dt><dd>${user.username ?? 'none'}</dd>
<dt>Logins</dt><dd>${String(user.logins)}</dd>
</dl>
${
  isSelf
    ? html`<p class="note">This is your own account.</p>
`
    : undefined
}<section aria-labelledby="actions">
<h2 id="actions">What you can do</h2>
<div class="choices">
${user.isActive ? act('disable', 'Disable the account') : act('enable', 'Enable the account')}${act('end-logins', 'End all logins')}${
  user.unverified ? act('verify', 'Take the address as confirmed') : undefined
}${hasFactors ? act('reset-factors', 'Remove the second factor and the passkeys') : undefined}${
  user.isAdmin
    ? act('unmake-admin', 'Remove the administrator role')
    : act('make-admin', 'Make an administrator')
}${all(user.roles.map(role))}</div>
</section>
<section aria-labelledby="give-role">
<h2 id="give-role">Give a role</h2>
${act(
  'grant',
  'Give the role',
  field({
    name: 'role',
    label: 'Role',
    input: html`autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="100"`,
    hint: 'Letters, digits and : . - _',
    errors,
  }),
)}</section>
${events}<p class="other"><a href="${base}/admin/users">All users</a> · <a href="${base}/admin">Administration</a></p>
`
}
