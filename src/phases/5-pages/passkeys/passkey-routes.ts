import type { Request, Response } from 'express'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { answerErrors, noStore } from '../../4-auth/answer.js'
import { ACTIONS } from '../../4-auth/endpoints/actions.js'
import { assertRecent } from '../../4-auth/password-login/reauth.js'
import { type Word, wordsIn } from '../../4-auth/words/words.js'
import { confirm, isAboutConfirm, onlySignedIn } from '../forms/confirm.js'
import { formRoute } from '../forms/form-routes.js'
import { errorsOf, HEADERS, pageAnswer } from '../html/page-answer.js'
import { passkeyForms } from './passkey-forms.js'
import { PASSKEY_SCRIPT } from './passkey-script.js'

const DONE = new Map<string, Word>([
  ['added', 'passkeys.added'],
  ['renamed', 'passkeys.renamed'],
  ['removed', 'passkeys.removed'],
])

interface Outcome {
  message?: string | undefined
  problem?: Problem
}

/** The page of the user's passkeys: each is named and can be removed, and one is added, after the password. */
export function passkeyRoutes(kit: Kit): Routes {
  const base = kit.at.pages
  const say = wordsIn(kit.config)
  const answer = pageAnswer(kit)
  const forms = passkeyForms(base, say)
  const { show, failed } = passkeyPage(kit)
  const only = onlySignedIn(kit, '/passkeys')
  const again = failed((req, res, problem) => show(req, res, { problem }))
  const goOn = (done: string) => (_req: Request, res: Response) =>
    res.redirect(303, `${base}/passkeys?done=${done}`)

  /** The form comes back and asks for the password, with these fields kept. */
  const confirmed = (fields: readonly string[]) => {
    const password = confirm(kit, { fields, page: '/passkeys' })
    const asking = failed((req, res, problem) =>
      isAboutConfirm(problem) ? password.again(problem, req, res, () => {}) : show(req, res, { problem }),
    )
    return { before: only, confirm: password.ask, again: asking }
  }

  return (router) => {
    router.get('/passkeys.js', (_req, res) => void res.set(HEADERS).type('js').send(PASSKEY_SCRIPT))
    router.get(
      '/passkeys',
      noStore,
      only,
      (req: Request, res: Response) => {
        const done = DONE.get(String(req.query.done))
        return show(req, res, { message: done && say(done) })
      },
      again,
    )
    formRoute(kit, router, 'beginPasskey', {
      ...confirmed(['name']),
      done: (req, res, options) =>
        answer(res, { title: say('passkeys.add'), body: forms.create(options, req.body.name) }),
    })
    formRoute(kit, router, 'addPasskey', {
      before: only,
      // What the browser made cannot be kept for long: the login was recent when the form was shown.
      confirm: (req, _res, next) => assertRecent(kit, req).then(() => next(), next),
      done: goOn('added'),
      again,
    })
    formRoute(kit, router, 'renamePasskey', { before: only, done: goOn('renamed'), again })
    formRoute(kit, router, 'removePasskey', { ...confirmed(['id']), done: goOn('removed') })
  }
}

/** Shows the page. */
function passkeyPage(kit: Kit) {
  const answer = pageAnswer(kit)
  const say = wordsIn(kit.config)
  const title = say('passkeys.title')
  const forms = passkeyForms(kit.at.pages, say)
  const listOf = ACTIONS.listPasskeys.make(kit)

  async function show(req: Request, res: Response, outcome: Outcome = {}) {
    const errors = outcome.problem ? errorsOf(say, outcome.problem) : {}
    const body = forms.list(await listOf(req, res, 'form'), errors)
    answer(res, { title, body, isWide: true, ...outcome })
  }

  const failed = (shown: (req: Request, res: Response, problem: Problem) => unknown) =>
    answerErrors(kit, (req: Request, res: Response, problem) => {
      Promise.resolve(shown(req, res, problem)).catch((error: unknown) => {
        kit.report(error, req)
        answer(res, { title, body: html``, problem })
      })
    })
  return { show, failed }
}
