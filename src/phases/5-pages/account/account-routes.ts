import type { Request, Response } from 'express'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { answerErrors, noStore } from '../../4-auth/answer.js'
import { signedIn } from '../../4-auth/sessions/signed-in.js'
import { type Word, wordsIn } from '../../4-auth/words/words.js'
import { onlySignedIn } from '../forms/confirm.js'
import { formRoute } from '../forms/form-routes.js'
import { errorsOf, pageAnswer } from '../html/page-answer.js'
import { all } from '../html/page-html.js'
import { linkingForms } from '../providers/linking-forms.js'
import { outcomeShown } from '../providers/outcome-shown.js'
import { accountSections } from './account-sections.js'

/** The messages about what was done, by the word that the redirect puts into the URL. */
const DONE = new Map<string, Word>([
  ['password', 'account.password_changed'],
  ['email_asked', 'email.asked'],
  ['email', 'email.done'],
  ['linked', 'providers.linked'],
  ['unlinked', 'providers.unlinked'],
])

/** The account page of the current user: their names, their password, and recent events. */
export function accountRoutes(kit: Kit): Routes {
  const base = kit.at.pages
  const answer = pageAnswer(kit)
  const say = wordsIn(kit.config)
  const sections = accountSections(kit)

  async function show(req: Request, res: Response, outcome: { message?: string; problem?: Problem } = {}) {
    const person = signedIn(kit, req)
    const errors = outcome.problem ? errorsOf(say, outcome.problem) : {}
    const shown = await Promise.all(sections.map((section) => section(person, errors, req)))
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
      async (req: Request, res: Response) => {
        const done = DONE.get(String(req.query.done))
        await show(req, res, done ? { message: say(done) } : await outcomeShown(kit, req))
      },
      again,
    )
    formRoute(kit, router, 'changePassword', {
      before: only,
      done: (_req, res) => res.redirect(303, `${base}/account?done=password`),
      again,
    })
    if (kit.settings.AUTH_ENABLE_OAUTH) linkingForms(kit, { only, again })(router)
  }
}
