import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { answerErrors, noStore } from '../../4-auth/answer.js'
import { ACTIONS } from '../../4-auth/endpoints/actions.js'
import { authParts } from '../../4-auth/sessions/parts.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { formBodyOf } from '../forms/form-body.js'
import { errorsOf, pageAnswer } from '../html/page-answer.js'
import { keptForms } from './kept-form.js'
import { keptPages } from './kept-pages.js'

/** Returns a kept form to the same user, with a button that sends it; for any other user it is discarded. */
export function keptRoutes(kit: Kit): Routes {
  const logIn = ACTIONS.login.make(kit)
  const verify = kit.settings.AUTH_ENABLE_TOTP ? ACTIONS.verifyTotp.make(kit) : null
  const { csrf } = authParts(kit)
  const forms = keptForms(kit)
  const pages = keptPages(kit)
  const say = wordsIn(kit.config)
  const answer = pageAnswer(kit)
  const body = formBodyOf('256kb')

  const again = answerErrors(kit, (req: Request, res: Response, problem) => {
    const kept = forms.read(req.body?.kept)
    if (!kept) return answer(res, { title: pages.title, body: pages.thrownAway(), problem })
    const given = req.body.username ?? req.body.email
    const email = typeof given === 'string' ? given.slice(0, 254) : undefined
    const shown = { kept: req.body.kept, dropped: kept.dropped, email, errors: errorsOf(say, problem) }
    const mfa: unknown = req.body.mfa_token
    if (verify && typeof mfa === 'string' && problem.code !== 'authentication_required')
      return answer(res, { title: pages.codeTitle, body: pages.codeForm({ ...shown, mfa }), problem })
    answer(res, { title: pages.title, body: pages.loginForm(shown), problem })
  })

  return (router) => {
    router.post(
      '/kept',
      noStore,
      body,
      async (req: Request, res: Response) => {
        const kept = forms.read(req.body.kept)
        if (!kept) throw new Problem('invalid_request', say('kept.gone'))
        const done = await (verify && req.body.mfa_token ? verify : logIn)(req, res, 'form')
        if ('due' in done) {
          const shown = { kept: req.body.kept, dropped: kept.dropped, mfa: done.due.mfa_token }
          return answer(res, { title: pages.codeTitle, body: pages.codeForm(shown) })
        }
        const { csrfToken } = done
        if (csrf.forWhom(csrfToken) === kept.user)
          return answer(res, { title: pages.sendTitle, body: pages.send(kept, csrfToken) })
        answer(res, { title: pages.otherTitle, body: pages.thrownAway(), status: 409 })
      },
      again,
    )
  }
}
