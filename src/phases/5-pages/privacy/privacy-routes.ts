import type { Request, Response } from 'express'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { answerErrors, noStore } from '../../4-auth/answer.js'
import { ACTIONS } from '../../4-auth/endpoints/actions.js'
import { signedIn } from '../../4-auth/sessions/signed-in.js'
import { type Word, wordsIn } from '../../4-auth/words/words.js'
import { confirm, isAboutConfirm, onlySignedIn } from '../forms/confirm.js'
import { formRoute } from '../forms/form-routes.js'
import { HEADERS, pageAnswer } from '../html/page-answer.js'
import { privacyPage } from './privacy-forms.js'
import { PRIVACY_SCRIPT } from './privacy-script.js'

/** The page's script fetches the export. */
const headers = { 'Content-Security-Policy': `${HEADERS['Content-Security-Policy']}; connect-src 'self'` }

const DONE = new Map<string, Word>([
  ['kept', 'privacy.kept'],
  ['confirmed', 'privacy.confirmed'],
])

/** The page of what is stored about the current user: shown, exported and deleted there, the last two after the password. */
export function privacyRoutes(kit: Kit): Routes {
  const base = kit.at.pages
  const answer = pageAnswer(kit)
  const say = wordsIn(kit.config)
  const title = say('privacy.title')
  const only = onlySignedIn(kit, '/privacy')
  const password = confirm(kit, { fields: [], page: '/privacy' })
  const storedAbout = ACTIONS.storedAboutMe.make(kit)

  async function show(req: Request, res: Response, outcome: { message?: string; problem?: Problem } = {}) {
    const isOwner = String(signedIn(kit, req).id) === String(kit.config.owner.id)
    const stored = await storedAbout(req, res, 'form')
    const body = privacyPage(base, say, { stored, isOwner, graceDays: kit.settings.PRIVACY_GRACE_DAYS })
    answer(res, { title, body, isWide: true, headers, ...outcome })
  }
  const again = answerErrors(kit, (req: Request, res: Response, problem) => {
    if (isAboutConfirm(problem)) return password.again(problem, req, res, () => {})
    show(req, res, { problem }).catch((error: unknown) => {
      kit.report(error, req)
      answer(res, { title, body: html``, problem })
    })
  })

  return (router) => {
    router.get('/privacy.js', (_req, res) => void res.set(HEADERS).type('js').send(PRIVACY_SCRIPT))
    router.get(
      '/privacy',
      noStore,
      only,
      (req: Request, res: Response) => {
        const done = DONE.get(String(req.query.done))
        return show(req, res, { message: done && say(done) })
      },
      again,
    )
    const form = { before: only, confirm: password.ask, again }
    formRoute(kit, router, 'exportMine', {
      ...form,
      confirm: password.askForFile('/privacy?done=confirmed'),
      // The file is the answer.
      done: () => {},
    })
    formRoute(kit, router, 'deleteAccount', {
      ...form,
      done: (_req, res) => res.redirect(303, `${base}/privacy`),
    })
    formRoute(kit, router, 'keepAccount', {
      before: only,
      done: (_req, res) => res.redirect(303, `${base}/privacy?done=kept`),
      again,
    })
  }
}
