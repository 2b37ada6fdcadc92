import type { Request, Response } from 'express'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { administrator } from '../../4-auth/accounts/administrator.js'
import { actBody, actOnUser, type UserAction } from '../../4-auth/admin/act-on-user.js'
import { type ListedUser, listedUser, listUsers, USERS_A_PAGE } from '../../4-auth/admin/users.js'
import { answerErrors, noStore, read } from '../../4-auth/answer.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { happened, time } from '../account/happened.js'
import { type Confirm, confirm, isAboutConfirm } from '../forms/confirm.js'
import { type FieldErrors, field, hiddenField } from '../forms/fields.js'
import { formBody } from '../forms/form-body.js'
import { errorsOf } from '../html/page-answer.js'
import { all } from '../html/page-html.js'
import type { AdminPages } from './admin-pages.js'

/** The longest text that is searched for. */
const LONGEST = 254
/** No app of this kind has more pages of users. */
const MOST_PAGES = 100_000

/** The list of users, and the page of each, on which an administrator acts. */
export function userRoutes(kit: Kit, pages: AdminPages): Routes {
  const { db, config } = kit
  const { only, answer, failed } = pages
  const base = kit.at.pages
  const again = confirm(kit, { fields: ['user', 'action', 'role'], page: '/admin/users' })
  const showOne = oneUser(kit, answer)
  const wrong = wrongAction(kit, pages, { again, showOne })
  const back = html`<p class="other"><a href="${base}/admin">Administration</a></p>
`
  return (router) => {
    router.get(
      '/admin/users',
      noStore,
      only,
      async (req: Request, res: Response) => {
        const search = typeof req.query.q === 'string' ? req.query.q.trim().slice(0, LONGEST) : ''
        const page = Math.min(Math.max(Math.trunc(Number(req.query.page)) || 0, 0), MOST_PAGES)
        const users = await listUsers(db, config, { search, page })
        const body = html`${userList(base, { users, search, page })}${back}`
        answer(res, { title: 'Users', body, isWide: true })
      },
      failed,
    )
    router.get(
      '/admin/users/:id',
      noStore,
      only,
      (req: Request, res: Response) =>
        showOne(req, res, String(req.params.id), req.query.done ? { message: 'It is done.' } : {}),
      failed,
    )
    router.post(
      '/admin/users',
      noStore,
      only,
      formBody,
      again.ask,
      async (req: Request, res: Response) => {
        const given = read(actBody, req.body)
        await actOnUser(kit, req, given)
        res.redirect(303, `${base}/admin/users/${encodeURIComponent(given.user)}?done=1`)
      },
      wrong,
    )
  }
}

type ShowOne = (
  req: Request,
  res: Response,
  id: string,
  outcome?: { message?: string; problem?: Problem },
) => Promise<void>

function oneUser(kit: Kit, answer: AdminPages['answer']): ShowOne {
  const { db, config } = kit
  const say = wordsIn(config)
  return async (req, res, id, outcome = {}) => {
    const user = await listedUser(db, config, id)
    if (!user) throw new Problem('not_found')
    const isSelf = String(administrator(kit, req).id) === String(user.id)
    const errors = outcome.problem ? errorsOf(say, outcome.problem) : {}
    const events = await happened(kit, user)
    const hasFactors = kit.settings.AUTH_ENABLE_TOTP || kit.settings.AUTH_ENABLE_PASSKEYS
    const body = userPage(kit.at.pages, { user, isSelf, hasFactors, errors, events })
    answer(res, { title: userLabel(user), body, isWide: true, ...outcome })
  }
}

/** Shows what was wrong with an action: at the user, or where the password is asked for. */
const wrongAction = (
  kit: Kit,
  { answer, notThere }: AdminPages,
  { again, showOne }: { again: Confirm; showOne: ShowOne },
) =>
  answerErrors(kit, (req: Request, res: Response, problem) => {
    if (problem.code === 'not_found') return notThere(problem, req, res, () => {})
    if (isAboutConfirm(problem)) return again.again(problem, req, res, () => {})
    showOne(req, res, String(req.body?.user ?? ''), { problem }).catch((error: unknown) => {
      if (!(error instanceof Problem)) kit.report(error, req)
      answer(res, { title: 'Users', body: html``, problem })
    })
  })

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
function userPage(base: string, { user, isSelf, hasFactors, errors, events }: UserPage): Html {
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

interface UserList {
  /** those of the page, and one more where another page follows */
  users: readonly ListedUser[]
  search: string
  page: number
}

/** The list of users, with a field that searches it. */
function userList(base: string, { users, search, page }: UserList): Html {
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
const userLabel = ({ email, username, id }: ListedUser): string => email ?? username ?? `user ${id}`

/** What an administrator should see of a user at once. */
function userMarks({ isAdmin, isActive, unverified, hasPassword, roles }: ListedUser): Html {
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
