import type { Request, Response } from 'express'
import type { Person } from '../../../core/context.js'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { isByName } from '../../4-auth/accounts/names.js'
import { answerErrors, noStore, read } from '../../4-auth/answer.js'
import { authMail } from '../../4-auth/auth-mail.js'
import { changeBody, passwordChange } from '../../4-auth/passwords/password-change.js'
import { signedIn } from '../../4-auth/sessions/signed-in.js'
import { type Say, type Word, wordsIn } from '../../4-auth/words/words.js'
import { onlySignedIn } from '../forms/confirm.js'
import { type FieldErrors, newPasswordField, passwordField, whoseField } from '../forms/fields.js'
import { formBody } from '../forms/form-body.js'
import { errorsOf, pageAnswer } from '../html/page-answer.js'
import { all } from '../html/page-html.js'
import { happened } from './happened.js'

/** What was done, by the word that stands in the address afterwards. */
const DONE = new Map<string, Word>([
  ['password', 'account.password_changed'],
  ['email_asked', 'email.asked'],
  ['email', 'email.done'],
])

/** The page of who is logged in: who they are, their password, and what happened lately. */
export function accountRoutes(kit: Kit): Routes {
  const base = kit.config.auth.pages
  const change = passwordChange(kit)
  const answer = pageAnswer(kit)

  const say = wordsIn(kit.config)
  // Without mail there is nothing that could confirm another one.
  const emailLink = authMail(kit)
    ? html`<p class="other"><a href="${base}/email">${say('email.title')}</a></p>
`
    : undefined

  /** Its parts, one below the other; whose forms' fields have different names share one page. */
  const parts: ((person: Person, errors: FieldErrors) => Html | Promise<Html>)[] = [
    (person) => who(say, person, isByName(kit.config)),
    (person, errors) => changeForm(base, say, person, errors),
    ({
      isAdmin,
    }) => html`${emailLink}<p class="other"><a href="${base}/sessions">${say('sessions.title')}</a></p>
${
  isAdmin
    ? html`<p class="other"><a href="${base}/admin">Let people in</a></p>
`
    : undefined
}`,
    (person) => happened(kit, person),
    () => html`<p class="other"><a href="${base}/logout">${say('logout.title')}</a> · <a href="/">${say('back_to_app')}</a></p>
`,
  ]

  async function show(req: Request, res: Response, outcome: { message?: string; problem?: Problem } = {}) {
    const person = signedIn(kit, req)
    const errors = outcome.problem ? errorsOf(outcome.problem) : {}
    const shown = await Promise.all(parts.map((part) => part(person, errors)))
    answer(res, { title: say('account.title'), body: all(shown), isWide: true, ...outcome })
  }
  const only = onlySignedIn(kit, '/account')
  const again = answerErrors(kit, (req: Request, res: Response, problem) => {
    show(req, res, { problem }).catch((error: unknown) => {
      kit.report(error, req)
      answer(res, { title: say('account.title'), body: html``, problem })
    })
  })

  return (router) => {
    router.get(
      '/account',
      noStore,
      only,
      (req: Request, res: Response) => {
        const done = DONE.get(String(req.query.done))
        return show(req, res, { message: done && say(done) })
      },
      again,
    )
    router.post(
      '/account/password',
      noStore,
      only,
      formBody,
      async (req: Request, res: Response) => {
        await change(req, res, read(changeBody, req.body))
        res.redirect(303, `${base}/account?done=password`)
      },
      again,
    )
  }
}

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
  errors: FieldErrors,
) => html`<section aria-labelledby="change">
<h2 id="change">${say('account.change_password')}</h2>
<form method="post" action="${base}/account/password">
${whoseField(email ?? username)}${passwordField('current_password', say('field.current_password'), errors)}${newPasswordField(say, 'field.new_password', errors)}<button type="submit">${say('account.change_password_button')}</button>
</form>
</section>
`
