import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import type { Routes } from '../../../express/own-app.js'
import { noStore } from '../../4-auth/answer.js'
import { authMail } from '../../4-auth/links/auth-mail.js'
import { passwordReset } from '../../4-auth/password-login/password-reset.js'
import { wordsIn } from '../../4-auth/words/words.js'
import type { AuthPages } from '../forms/auth-pages.js'
import { formRoute } from '../forms/form-routes.js'

/** Mails a link to a user who forgot the password, and sets a new one by it. */
export function passwordPages(kit: Kit, { valuesOf, show, again }: AuthPages): Routes {
  const links = passwordReset(kit)
  const say = wordsIn(kit.config)
  return (router) => {
    if (authMail(kit)) router.get('/forgot', noStore, (req, res) => show(res, 'forgot', valuesOf(req)))
    formRoute(kit, router, 'forgot', {
      done: (_req, res) => show(res, 'login', { next: kit.at.home }, { message: say('forgot.done') }),
      again: again('forgot'),
    })
    router.get(
      '/reset',
      noStore,
      async (req: Request, res: Response) => {
        await links.assertUsable(valuesOf(req).token ?? '')
        show(res, 'reset', valuesOf(req))
      },
      again('reset'),
    )
    formRoute(kit, router, 'reset', {
      done: (_req, res, email) =>
        show(res, 'login', { email, next: kit.at.home }, { message: say('reset.done') }),
      again: again('reset'),
    })
  }
}
