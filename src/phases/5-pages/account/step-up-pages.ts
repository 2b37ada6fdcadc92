import type { Request, RequestHandler, Response } from 'express'
import type { OauthProvider } from '../../../contract/answers.js'
import type { Person } from '../../../core/context.js'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { answerErrors, noStore } from '../../4-auth/answer.js'
import { nextPath } from '../../4-auth/next-path.js'
import { signedIn } from '../../4-auth/sessions/signed-in.js'
import { type Say, wordsIn } from '../../4-auth/words/words.js'
import { codeField, formStart, hiddenField, passwordField, whoseField } from '../forms/fields.js'
import { formRoute } from '../forms/form-routes.js'
import { waysToConfirm } from '../forms/ways-to-confirm.js'
import { loginFirst } from '../guard.js'
import { errorsOf, pageAnswer } from '../html/page-answer.js'
import { all } from '../html/page-html.js'
import { offerForm } from '../passkeys/passkey-forms.js'
import { providerForm } from '../providers/login-again.js'

/** Asks for the second factor that a route of `auth.stepUp` needs, and goes on to that route. */
export function stepUpPages(kit: Kit): Routes {
  const base = kit.at.pages
  const say = wordsIn(kit.config)
  const answer = pageAnswer(kit)
  const waysOf = waysToConfirm(kit)
  const nextOf = (req: Request) => nextPath((req.method === 'POST' ? req.body : req.query)?.next, kit.at)
  const only: RequestHandler = (req, res, next) => {
    if (kit.userOf(req)) return next()
    res.redirect(303, loginFirst(kit, nextOf(req)))
  }
  const title = say('step_up.title')

  async function show(req: Request, res: Response, problem?: Problem): Promise<void> {
    const person = signedIn(kit, req)
    const { totp, providers, passkey } = await waysOf(req, res)
    const next = nextOf(req)
    const parts = [
      totp ? proof(base, say, { person, next, problem, providers }) : undefined,
      passkey
        ? html`<p>${say('step_up.passkey')}</p>
${offerForm(base, say, passkey, next)}`
        : undefined,
      totp || passkey ? undefined : setUp(kit, say),
    ]
    const body = html`${all(parts)}<p class="other"><a href="${kit.at.home}">${say('back_to_app')}</a></p>
`
    answer(res, { title, body, ...(problem && { problem }) })
  }

  const again = answerErrors(kit, (req: Request, res: Response, problem) => {
    show(req, res, problem).catch((error: unknown) => {
      kit.report(error, req)
      answer(res, { title, body: html``, problem })
    })
  })
  return (router) => {
    router.get('/confirm', noStore, only, (req: Request, res: Response) => show(req, res), again)
    formRoute(kit, router, 'reauth', {
      before: only,
      done: (req, res) => res.redirect(303, nextOf(req)),
      again,
    })
  }
}

interface Asked {
  person: Person
  next: string
  problem: Problem | undefined
  providers: OauthProvider[] | null
}

/** The password and a code. A login by a provider asks for the code itself. */
function proof(base: string, say: Say, asked: Asked): Html {
  const { providers, next } = asked
  if (providers) return providerForm(base, say, { text: say('step_up.by_provider'), providers, next })
  return codeForm(base, say, asked)
}

function codeForm(base: string, say: Say, { person, next, problem }: Omit<Asked, 'providers'>): Html {
  const errors = problem ? errorsOf(say, problem) : {}
  return html`${formStart(base)('reauth')}
<p>${say('step_up.text')}</p>
${hiddenField('next', next)}${whoseField(person.email ?? person.username)}${passwordField('password', say('field.password'), errors)}${codeField(say, { errors })}<button type="submit">${say('confirm.button')}</button>
</form>
`
}

/** For users without any factor. */
function setUp({ at: { pages: base }, settings }: Kit, say: Say): Html {
  return html`<p>${say('step_up.none')}</p>
${
  settings.AUTH_ENABLE_TOTP
    ? html`<p class="other"><a href="${base}/factor">${say('factor.title')}</a></p>
`
    : undefined
}${
  settings.AUTH_ENABLE_PASSKEYS
    ? html`<p class="other"><a href="${base}/passkeys">${say('passkeys.title')}</a></p>
`
    : undefined
}`
}
