import { type Html, html } from '../../../core/html.js'
import { type ListedUser, USERS_A_PAGE } from '../../4-auth/admin/users.js'
import { time } from '../account/happened.js'
import { all } from '../html/page-html.js'

interface UserList {
  /** those of the page, and one more where another page follows */
  users: readonly ListedUser[]
  search: string
  page: number
}

/** The list of users, with a field that searches it. */
export function userList(base: string, { users, search, page }: UserList): Html {
  const shown = users.slice(0, USERS_A_PAGE)
  return html`<form method="get" action="${base}/admin/users" role="search">
<div class="field">
<label for="q">Address, user name or id</label>
<input id="q" name="q" type="search" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="254" value="${search}">
</div>
<button type="submit">Search</button>
</form>
${
  shown.length === 0
    ? html`<p class="note">No user has this in their address or name.</p>
`
    : html`<ul class="rows">
${all(shown.map((user) => line(base, user)))}</ul>
`
}${pager(base, { search, page, isLast: users.length <= USERS_A_PAGE })}`
}

const line = (base: string, user: ListedUser) => html`<li>
<span><a href="${base}/admin/users/${encodeURIComponent(String(user.id))}">${userLabel(user)}</a>${userMarks(user)}</span>
<span class="when">id ${String(user.id)} · ${user.logins === 1 ? '1 login' : `${user.logins} logins`}${user.usedAt ? html` · used ${time(user.usedAt)}` : undefined}</span>
</li>
`

/** What a user is called on these pages. */
export const userLabel = ({ email, username, id }: ListedUser): string => email ?? username ?? `user ${id}`

/** What an administrator should see of a user at once. */
export function userMarks({ isAdmin, isActive, unverified, hasPassword, roles }: ListedUser): Html {
  const marks = [
    isAdmin && 'administrator',
    ...roles,
    !isActive && 'disabled',
    unverified && 'address not confirmed',
    !hasPassword && 'no password',
  ]
  return all(marks.map((mark) => (mark ? html` <span class="mark">${mark}</span>` : undefined)))
}

function pager(
  base: string,
  { search, page, isLast }: { search: string; page: number; isLast: boolean },
): Html | undefined {
  if (page === 0 && isLast) return undefined
  const to = (other: number) =>
    `${base}/admin/users?${new URLSearchParams({ q: search, page: String(other) })}`
  return html`<p class="other">${page > 0 ? html`<a href="${to(page - 1)}">Back</a>` : undefined}${page > 0 && !isLast ? ' · ' : undefined}${isLast ? undefined : html`<a href="${to(page + 1)}">More</a>`}</p>
`
}
