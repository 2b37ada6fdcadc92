import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { OauthProvider } from '../../../contract/answers.js'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { answerErrors, read } from '../../4-auth/answer.js'
import { isRecent, reauthBody, reauthentication } from '../../4-auth/passwords/reauth.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { loginFirst } from '../guard.js'
import { errorsOf, isAbout, pageAnswer } from '../html/page-answer.js'
import { all } from '../html/page-html.js'
import { providerForm, providersInstead } from '../providers/login-again.js'
import { codeField, hiddenField, passwordField, whoseField } from './fields.js'

/** The field of the code that proves the second factor; a form about the factor has a field `code` of its own. */
const CONFIRM_CODE = 'factor_code'

/** Loaded where a second factor can be set up. */
const rows = () => import('../../4-auth/factors/totp-rows.js')

/** Requests whose user has a second factor. */
const needsCode = new WeakSet<Request>()

/** Requests whose user has no password, with the providers by which they log in again. */
const offered = new WeakMap<Request, OauthProvider[]>()

async function noteProviders(kit: Kit, req: Request): Promise<void> {
  const providers = await providersInstead(kit, req)
  if (providers) offered.set(req, providers)
}

/** Guards a form that needs a recent login. */
export interface Confirm {
  ask: RequestHandler
  /**
   * The same for a form that is answered with a file. A file leaves the browser on its page, which would be the one that
   * asks, so that after the password the browser goes back to `path`, below `auth.pages`.
   */
  askForFile(path: string): RequestHandler
  again: ErrorRequestHandler
}

/**
 * Guards a form that needs a recent login: if the login is not recent, the same form comes back asking for
 * the password, and for a code of a user who has a second factor, and then does what was requested.
 *
 * @param fields of the form that are kept
 */
export function confirm(kit: Kit, fields: readonly string[]): Confirm {
  const reauthenticate = reauthentication(kit)
  const answer = pageAnswer(kit)
  const say = wordsIn(kit.config)
  const ask: RequestHandler = async (req, res, next) => {
    const user = kit.settings.AUTH_ENABLE_TOTP && kit.userOf(req)
    if (user && (await (await rows()).hasTotp(kit.db, user.id))) needsCode.add(req)
    const { password, [CONFIRM_CODE]: code } = req.body ?? {}
    if (password === undefined) {
      if (!(await isRecent(kit, req))) {
        await noteProviders(kit, req)
        throw new Problem('reauth_required')
      }
      return next()
    }
    try {
      await reauthenticate(req, res, read(reauthBody, { password, code }))
    } catch (error) {
      throw inItsField(error)
    }
    next()
  }
  return {
    ask,
    askForFile: (path) => (req, res, next) =>
      ask(req, res, (error?: unknown) => {
        if (error !== undefined || req.body?.password === undefined) return next(error)
        res.redirect(303, kit.config.auth.pages + path)
      }),
    again: answerErrors(kit, (req: Request, res: Response, problem) => {
      const providers = offered.get(req)
      if (providers) {
        const account = `${kit.config.auth.pages}/account`
        const again = { text: say('confirm.by_provider'), providers, next: account }
        const body = html`${providerForm(kit.config.auth.pages, say, again)}<p class="other"><a href="${account}">${say('back_to_account')}</a></p>
`
        return answer(res, { title: say('confirm.provider_title'), body, status: problem.status })
      }
      const kept = fields.map((name) => hiddenField(name, textOf(req.body?.[name])))
      const person = kit.userOf(req)
      const back = `${kit.config.auth.pages}/account`
      const errors = errorsOf(say, problem)
      const body = html`<form method="post" action="${req.originalUrl.split('?', 1)[0]}">
<p>${say('confirm.text')}</p>
${all(kept)}${whoseField(person && (person.email ?? person.username))}${passwordField('password', say('field.password'), errors)}${needsCode.has(req) ? codeField(say, { name: CONFIRM_CODE, errors }) : undefined}<button type="submit">${say('confirm.button')}</button>
</form>
<p class="other"><a href="${back}">${say('back_to_account')}</a></p>
`
      const isAsking = problem.code === 'reauth_required'
      answer(res, {
        title: say('confirm.title'),
        body,
        status: problem.status,
        ...(!isAsking && { problem }),
      })
    }),
  }
}

/** Whether a problem is about the password or the code that `confirm` asks for. */
export const isAboutConfirm = (problem: Problem): boolean =>
  problem.code === 'reauth_required' || ['password', CONFIRM_CODE].some((name) => isAbout(problem, name))

/** An error of the code, as one of this form's field. */
function inItsField(error: unknown): unknown {
  if (!(error instanceof Problem)) return error
  const errors = (error.members.errors ?? []) as { field: string; message: string }[]
  const renamed = errors.map((one) => (one.field === 'code' ? { ...one, field: CONFIRM_CODE } : one))
  return new Problem(error.code, error.detail, { ...error.members, errors: renamed }, error.headers)
}

const textOf = (value: unknown) => (typeof value === 'string' ? value.slice(0, 500) : undefined)

/** Admits logged-in users, and redirects others to the login page and back to `path`. */
export function onlySignedIn(kit: Kit, path: string): RequestHandler {
  return (req, res, next) => {
    if (kit.userOf(req)) return next()
    res.redirect(303, loginFirst(kit, kit.config.auth.pages + path))
  }
}
