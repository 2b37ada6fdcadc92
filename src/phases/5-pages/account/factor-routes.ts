import type { Request, Response } from 'express'
import type { RecoveryCodesAnswer } from '../../../contract/answers.js'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { answerErrors, noStore } from '../../4-auth/answer.js'
import { recoveryCodesLeft } from '../../4-auth/factors/recovery-codes.js'
import { totpOf } from '../../4-auth/factors/totp-rows.js'
import { signedIn } from '../../4-auth/sessions/signed-in.js'
import { dayIn } from '../../4-auth/words/dates.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { confirm, isAboutConfirm, onlySignedIn } from '../forms/confirm.js'
import { formRoute } from '../forms/form-routes.js'
import { errorsOf, pageAnswer } from '../html/page-answer.js'
import { factorForms } from './factor-forms.js'

/** The page of the second factor: set up, changed and turned off there, after the password, and with a code of the present one. */
export function factorRoutes(kit: Kit): Routes {
  const base = kit.at.pages
  const say = wordsIn(kit.config)
  const only = onlySignedIn(kit, '/factor')
  const { forms, show, answer, failed, ask } = factorPages(kit)
  const again = failed((req, res, problem) => show(req, res, { problem }))
  const wrongFirst = failed((_req, res, problem) =>
    answer(res, { title: say('factor.title'), body: forms.confirm(errorsOf(say, problem)), problem }),
  )
  const showCodes = (_req: Request, res: Response, { recovery_codes }: RecoveryCodesAnswer) =>
    answer(res, { title: say('factor.codes_title'), body: forms.codes(recovery_codes), isWide: true })

  return (router) => {
    router.get(
      '/factor',
      noStore,
      only,
      (req: Request, res: Response) =>
        show(req, res, req.query.done === 'removed' ? { message: say('factor.removed') } : {}),
      again,
    )
    const form = { before: only, confirm: ask, again }
    formRoute(kit, router, 'enrolTotp', {
      ...form,
      done: (_req, res, made) => answer(res, { title: say('factor.title'), body: forms.enrolment(made) }),
    })
    formRoute(kit, router, 'confirmTotp', { ...form, done: showCodes, again: wrongFirst })
    formRoute(kit, router, 'renewRecoveryCodes', { ...form, done: showCodes })
    formRoute(kit, router, 'removeTotp', {
      ...form,
      done: (_req, res) => res.redirect(303, `${base}/factor?done=removed`),
    })
  }
}

/** What the routes answer with. */
function factorPages(kit: Kit) {
  const { db } = kit
  const answer = pageAnswer(kit)
  const say = wordsIn(kit.config)
  const title = say('factor.title')
  const forms = factorForms(kit.at.pages, say)
  const password = confirm(kit, { fields: ['code'], page: '/factor' })

  async function show(req: Request, res: Response, outcome: { message?: string; problem?: Problem } = {}) {
    const { id } = signedIn(kit, req)
    const since = (await totpOf(db, id))?.confirmed_at
    const errors = outcome.problem ? errorsOf(say, outcome.problem) : {}
    const body = since
      ? forms.on({ day: dayIn(say, since), left: await recoveryCodesLeft(db, id) }, errors)
      : forms.off()
    answer(res, { title, body, ...outcome })
  }

  /** Asks for the password where it is due, and shows what was wrong otherwise. */
  const failed = (shown: (req: Request, res: Response, problem: Problem) => unknown) =>
    answerErrors(kit, (req: Request, res: Response, problem) => {
      if (isAboutConfirm(problem)) return password.again(problem, req, res, () => {})
      Promise.resolve(shown(req, res, problem)).catch((error: unknown) => {
        kit.report(error, req)
        answer(res, { title, body: html``, problem })
      })
    })
  return { forms, show, answer, failed, ask: password.ask }
}
