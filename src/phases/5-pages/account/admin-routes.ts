import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { administrator } from '../../4-auth/accounts/administrator.js'
import { isByName } from '../../4-auth/accounts/names.js'
import { invitingBodyOf, oneTimeLinks, whoBody } from '../../4-auth/accounts/one-time-links.js'
import { registrationMode } from '../../4-auth/accounts/registration-mode.js'
import { answerErrors, noStore, read } from '../../4-auth/answer.js'
import { authMail } from '../../4-auth/auth-mail.js'
import { confirm } from '../forms/confirm.js'
import { type FieldErrors, field } from '../forms/fields.js'
import { formBody } from '../forms/form-body.js'
import { errorsOf, pageAnswer } from '../html/page-answer.js'

const TITLE = 'Let people in'
/** What asks for the password again, or was wrong with it. */
const ABOUT_PASSWORD: readonly string[] = ['reauth_required', 'invalid_credentials', 'rate_limited']

interface Outcome {
  message?: string
  problem?: Problem
  /** what was made */
  made?: Html
}

/**
 * The page of administrators: an invitation, and a link for who has lost the password, each shown once. Whoever is none is
 * told that there is nothing here.
 */
export function adminRoutes(kit: Kit, notThere: ErrorRequestHandler): Routes {
  const base = kit.config.auth.pages
  const byName = isByName(kit.config)
  const links = oneTimeLinks(kit)
  const invitingBody = invitingBodyOf(kit.config)
  const answer = pageAnswer(kit)
  const again = confirm(kit, ['email', 'username', 'role', 'who'])
  const only: RequestHandler = (req, _res, next) => {
    administrator(kit, req)
    next()
  }

  function show(res: Response, { made, ...outcome }: Outcome = {}) {
    const errors = outcome.problem ? errorsOf(outcome.problem) : {}
    const isOpen = registrationMode(kit) !== 'owner-only'
    const body = html`${made}${isOpen ? inviteForm(base, { byName, mails: authMail(kit) !== null, errors }) : CLOSED}${resetForm(base, byName, errors)}<p class="other"><a href="${base}/account">Your account</a> · <a href="/">Back to the app</a></p>
`
    answer(res, { title: TITLE, body, isWide: true, ...outcome })
  }

  const failed = answerErrors(kit, (req: Request, res: Response, problem) => {
    if (problem.code === 'not_found') return notThere(problem, req, res, () => {})
    const isAsking = ABOUT_PASSWORD.includes(problem.code) || errorsOf(problem).password !== undefined
    return isAsking ? again.again(problem, req, res, () => {}) : show(res, { problem })
  })

  return (router) => {
    router.get('/admin', noStore, only, (_req: Request, res: Response) => show(res), failed)
    router.post(
      '/admin/invite',
      noStore,
      only,
      formBody,
      again.ask,
      async (req: Request, res: Response) => {
        const given = read(invitingBody, req.body)
        const { login } = given
        const made = await links.invite(req, given)
        if (made === null) return show(res, { message: `An invitation is on its way to ${login}.` })
        show(res, {
          message: `Hand this to ${login}: it works once, within a week, and for ${login} alone.`,
          made: handedOn(made.link, made.code),
        })
      },
      failed,
    )
    router.post(
      '/admin/reset-link',
      noStore,
      only,
      formBody,
      again.ask,
      async (req: Request, res: Response) => {
        const given = read(whoBody, req.body)
        const { link } = await links.reset(req, given)
        show(res, {
          message: `Hand this to ${given.who}, and to nobody else: it sets a new password, once and within an hour.`,
          made: handedOn(link),
        })
      },
      failed,
    )
  }
}

/** Its address is whole where it is copied as a link, also where nobody has said how the app is reached. */
const handedOn = (link: string, code?: string) => html`<p class="handed"><a href="${link}">${link}</a></p>
${
  code &&
  html`<p>Where it asks for the code of the invitation: <code>${code}</code></p>
`
}<p class="hint">It is shown this once. Copy the address of the link; do not open it.</p>
`

const CLOSED = html`<p class="note">Nobody can be invited: registration is for the owner alone (<code>REGISTRATION</code>).</p>
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
<h2 id="invite">Invite somebody</h2>
<form method="post" action="${base}/admin/invite">
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
<h2 id="reset">Somebody has lost their password</h2>
<form method="post" action="${base}/admin/reset-link">
${field({
  name: 'who',
  label: byName ? 'User name or id' : 'E-mail, user name or id',
  input: html`autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="254"`,
  hint: 'You get a link to hand on. Every login of theirs ends when it is used.',
  errors,
})}<button type="submit">Make the link</button>
</form>
</section>
`
