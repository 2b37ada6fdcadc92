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
import { loginFirst } from '../guard.js'
import { errorsOf, pageAnswer } from '../html/page-answer.js'
import { all } from '../html/page-html.js'
import { loginOffer } from '../passkeys/login-offer.js'
import { offerForm } from '../passkeys/passkey-forms.js'
import { providerForm, providersInstead } from '../providers/login-again.js'

/** What a user can prove. */
interface Factors {
  totp: boolean
  /** the providers that take the place of the password of a user without one */
  providers: OauthProvider[] | null
  /** the challenge for a passkey, in JSON */
  passkey: string | undefined
}

/** Asks for the second factor that a route of `auth.stepUp` needs, and goes on to that route. */
export function stepUpPages(kit: Kit): Routes {
  const base = kit.config.auth.pages
  const say = wordsIn(kit.config)
  const answer = pageAnswer(kit)
  const factorsOf = findingFactors(kit)
  const nextOf = (req: Request) => nextPath((req.method === 'POST' ? req.body : req.query)?.next, base)
  const only: RequestHandler = (req, res, next) => {
    if (kit.userOf(req)) return next()
    res.redirect(303, loginFirst(kit, nextOf(req)))
  }
  const title = say('step_up.title')

  async function show(req: Request, res: Response, problem?: Problem): Promise<void> {
    const person = signedIn(kit, req)
    const factors = await factorsOf(req, res, person)
    const next = nextOf(req)
    const parts = [
      factors.totp ? proof(base, say, { person, next, problem, providers: factors.providers }) : undefined,
      factors.passkey
        ? html`<p>${say('step_up.passkey')}</p>
${offerForm(base, say, factors.passkey, next)}`
        : undefined,
      factors.totp || factors.passkey ? undefined : setUp(kit, say),
    ]
    const body = html`${all(parts)}<p class="other"><a href="/">${say('back_to_app')}</a></p>
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
function setUp({ config, settings }: Kit, say: Say): Html {
  const base = config.auth.pages
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

function findingFactors(kit: Kit): (req: Request, res: Response, person: Person) => Promise<Factors> {
  const { db, settings } = kit
  const offer = settings.AUTH_ENABLE_PASSKEYS ? loginOffer(kit) : null
  return async (req, res, { id }) => {
    const totp =
      settings.AUTH_ENABLE_TOTP && (await (await import('../../4-auth/factors/totp-rows.js')).hasTotp(db, id))
    const providers = totp ? await providersInstead(kit, req) : null
    if (!offer) return { totp, providers, passkey: undefined }
    const { passkeysOf } = await import('../../4-auth/passkeys/passkey-rows.js')
    const has = (await passkeysOf(db, id)).length > 0
    return { totp, providers, passkey: has ? await offer(req, res) : undefined }
  }
}
