import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { targetOf } from '../../../express/handler.js'
import { sentPath } from '../../../express/path.js'
import { answerErrors, read } from '../../4-auth/answer.js'
import { isRecent, reauthBody, reauthentication } from '../../4-auth/password-login/reauth.js'
import { signedIn } from '../../4-auth/sessions/signed-in.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { loginFirst } from '../guard.js'
import { errorsOf, isAbout, pageAnswer } from '../html/page-answer.js'
import { all } from '../html/page-html.js'
import { offerForm } from '../passkeys/passkey-forms.js'
import { providerForm } from '../providers/login-again.js'
import { codeField, hiddenField, passwordField, whoseField } from './fields.js'
import { waysToConfirm } from './ways-to-confirm.js'

/** The field of the code that proves the second factor; a form about the factor has a field `code` of its own. */
const CONFIRM_CODE = 'factor_code'

/** A form that needs a recent login. */
interface Guarded {
  /** what is kept of it while the page asks */
  fields: readonly string[]
  /** below `auth.pages`: where a login by a passkey or a provider leads back to */
  page: string
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
 * Guards a form that needs a recent login. If the login is not recent, the same form comes back asking for the password, and
 * for a code of a user who has a second factor, and then does what was requested. A user can also log in again by a passkey, or,
 * without a password, by a provider, and then send the form again.
 */
export function confirm(kit: Kit, form: Guarded): Confirm {
  const reauthenticate = reauthentication(kit)
  const ask: RequestHandler = async (req, res, next) => {
    const { password, [CONFIRM_CODE]: code } = req.body ?? {}
    if (password === undefined) {
      if (!(await isRecent(kit, req))) throw new Problem('reauth_required')
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
        res.redirect(303, kit.at.pages + path)
      }),
    again: asking(kit, form),
  }
}

/** Shows the page that asks. */
function asking(kit: Kit, { fields, page }: Guarded): ErrorRequestHandler {
  const base = kit.at.pages
  const answer = pageAnswer(kit)
  const say = wordsIn(kit.config)
  const waysOf = waysToConfirm(kit)
  const next = base + page

  async function show(req: Request, res: Response, problem: Problem): Promise<void> {
    const { totp, providers, passkey } = await waysOf(req, res)
    const kept = fields.map((name) => hiddenField(name, textOf(req.body?.[name])))
    const { email, username } = signedIn(kit, req)
    const errors = errorsOf(say, problem)
    const first = providers
      ? providerForm(base, say, { text: say('confirm.by_provider'), providers, next })
      : html`<form method="post" action="${kit.at.root}${sentPath(targetOf(req))}">
<p>${say('confirm.text')}</p>
${all(kept)}${whoseField(email ?? username)}${passwordField('password', say('field.password'), errors)}${totp ? codeField(say, { name: CONFIRM_CODE, errors }) : undefined}<button type="submit">${say('confirm.button')}</button>
</form>
`
    answer(res, {
      title: say(providers ? 'confirm.provider_title' : 'confirm.title'),
      body: html`${first}${passkey && offerForm(base, say, passkey, next)}<p class="other"><a href="${base}/account">${say('back_to_account')}</a></p>
`,
      status: problem.status,
      ...(problem.code !== 'reauth_required' && { problem }),
    })
  }
  return answerErrors(kit, (req: Request, res: Response, problem) => {
    show(req, res, problem).catch((error: unknown) => {
      kit.report(error, req)
      answer(res, { title: say('confirm.title'), body: html``, problem })
    })
  })
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
    res.redirect(303, loginFirst(kit, kit.at.pages + path))
  }
}
