import type { ErrorRequestHandler, Request, Response } from 'express'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { isByName } from '../../4-auth/accounts/names.js'
import { registrationMode } from '../../4-auth/accounts/registration-mode.js'
import { oneTimeLinks, whoBody } from '../../4-auth/admin/one-time-links.js'
import { answerErrors, noStore, read } from '../../4-auth/answer.js'
import { authMail } from '../../4-auth/links/auth-mail.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { confirm } from '../forms/confirm.js'
import { type FieldErrors, field, formStart } from '../forms/fields.js'
import { formBody } from '../forms/form-body.js'
import { formRoute } from '../forms/form-routes.js'
import { errorsOf, isAbout, pageAnswer } from '../html/page-answer.js'
import { adminPages } from './admin-pages.js'
import { auditRoutes } from './audit-routes.js'
import { userRoutes } from './user-routes.js'

const TITLE = 'Administration'
/** Problems that are about the password that was given again. */
const ABOUT_PASSWORD: readonly string[] = ['reauth_required', 'invalid_credentials', 'rate_limited']

interface Outcome {
  message?: string
  problem?: Problem
  /** the link or code that was made */
  made?: Html
}

/**
 * The pages of administrators. The first makes invitations and reset links, each shown once, and links the others: users,
 * events, e-mails. Other users get 404.
 */
export function adminRoutes(kit: Kit, notThere: ErrorRequestHandler): Routes {
  const base = kit.at.pages
  const say = wordsIn(kit.config)
  const byName = isByName(kit.config)
  const oneTime = oneTimeLinks(kit)
  const links = html`<p class="other"><a href="${base}/admin/users">Users</a> · <a href="${base}/admin/audit">What happened</a> · <a href="${base}/admin/mails">E-mails</a></p>
`
  const answer = pageAnswer(kit)
  const again = confirm(kit, { fields: ['email', 'username', 'role', 'who'], page: '/admin' })
  const pages = adminPages(kit, notThere)
  const { only } = pages

  function show(res: Response, { made, ...outcome }: Outcome = {}) {
    const errors = outcome.problem ? errorsOf(say, outcome.problem) : {}
    const isOpen = registrationMode(kit) !== 'owner-only'
    const body = html`${made}${links}${isOpen ? inviteForm(base, { byName, mails: authMail(kit) !== null, errors }) : CLOSED}${resetForm(base, byName, errors)}<p class="other"><a href="${base}/account">Your account</a> · <a href="${kit.at.home}">Back to the app</a></p>
`
    answer(res, { title: TITLE, body, isWide: true, ...outcome })
  }

  const failed = answerErrors(kit, (req: Request, res: Response, problem) => {
    if (problem.code === 'not_found') return notThere(problem, req, res, () => {})
    const isAsking = ABOUT_PASSWORD.includes(problem.code) || isAbout(problem, 'password')
    return isAsking ? again.again(problem, req, res, () => {}) : show(res, { problem })
  })

  return (router) => {
    router.get('/admin', noStore, only, (_req: Request, res: Response) => show(res), failed)
    formRoute(kit, router, 'invite', {
      before: only,
      confirm: again.ask,
      done(_req, res, { login, made }) {
        if (made === null) return show(res, { message: `An invitation is on its way to ${login}.` })
        show(res, {
          message: `Hand this to ${login}: it works once, within a week, and for ${login} alone.`,
          made: handedOn(made.link, made.code),
        })
      },
      again: failed,
    })
    router.post(
      '/admin/reset-link',
      noStore,
      only,
      formBody,
      again.ask,
      async (req: Request, res: Response) => {
        const given = read(whoBody, req.body)
        const { link } = await oneTime.reset(req, given)
        show(res, {
          message: `Hand this to ${given.who}, and to no one else: it sets a new password, once and within an hour.`,
          made: handedOn(link),
        })
      },
      failed,
    )
    userRoutes(kit, pages)(router)
    auditRoutes(kit, pages)(router)
  }
}

/** Shows the whole URL where it is copied as a link, even if the app's public address is not configured. */
const handedOn = (link: string, code?: string) => html`<p class="handed"><a href="${link}">${link}</a></p>
${
  code &&
  html`<p>Where it asks for the code of the invitation: <code>${code}</code></p>
`
}<p class="hint">It is shown this once. Copy the address of the link; do not open it.</p>
`

const CLOSED = html`<p class="note">Invitations are off: only the owner can register (<code>REGISTRATION</code>).</p>
`

interface InviteForm {
  byName: boolean
  mails: boolean
  errors: FieldErrors
}

const inviteForm = (
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

const resetForm = (
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
