import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { answerErrors, read } from '../../4-auth/answer.js'
import { assertRecent, reauthBody, reauthentication } from '../../4-auth/passwords/reauth.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { loginFirst } from '../guard.js'
import { errorsOf, pageAnswer } from '../html/page-answer.js'
import { all } from '../html/page-html.js'
import { hiddenField, passwordField, whoseField } from './fields.js'

/**
 * Guards a form that needs a recent login: if the login is not recent, the same form comes back asking for
 * the password, and then does what was requested.
 *
 * @param fields of the form that are kept
 */
export function confirm(
  kit: Kit,
  fields: readonly string[],
): { ask: RequestHandler; again: ErrorRequestHandler } {
  const reauthenticate = reauthentication(kit)
  const answer = pageAnswer(kit)
  const say = wordsIn(kit.config)
  return {
    async ask(req, res, next) {
      const password = req.body?.password
      if (password === undefined) await assertRecent(kit, req)
      else await reauthenticate(req, res, read(reauthBody, { password }))
      next()
    },
    again: answerErrors(kit, (req: Request, res: Response, problem) => {
      const kept = fields.map((name) => hiddenField(name, textOf(req.body?.[name])))
      const person = kit.userOf(req)
      const back = `${kit.config.auth.pages}/account`
      const body = html`<form method="post" action="${req.originalUrl.split('?', 1)[0]}">
<p>${say('confirm.text')}</p>
${all(kept)}${whoseField(person && (person.email ?? person.username))}${passwordField('password', say('field.password'), errorsOf(problem))}<button type="submit">${say('confirm.button')}</button>
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

const textOf = (value: unknown) => (typeof value === 'string' ? value.slice(0, 500) : undefined)

/** Admits logged-in users, and redirects others to the login page and back to `path`. */
export function onlySignedIn(kit: Kit, path: string): RequestHandler {
  return (req, res, next) => {
    if (kit.userOf(req)) return next()
    res.redirect(303, loginFirst(kit, kit.config.auth.pages + path))
  }
}
