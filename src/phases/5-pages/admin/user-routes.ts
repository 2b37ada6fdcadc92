import type { Request, Response } from 'express'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { administrator } from '../../4-auth/accounts/administrator.js'
import { actBody, actOnUser } from '../../4-auth/admin/act-on-user.js'
import { listedUser, listUsers } from '../../4-auth/admin/users.js'
import { answerErrors, noStore, read } from '../../4-auth/answer.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { happened } from '../account/happened.js'
import { type Confirm, confirm, isAboutConfirm } from '../forms/confirm.js'
import { formBody } from '../forms/form-body.js'
import { errorsOf } from '../html/page-answer.js'
import type { AdminPages } from './admin-pages.js'
import { userLabel, userList } from './user-list.js'
import { userPage } from './user-page.js'

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
