import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { noStore } from '../../4-auth/answer.js'
import { authMail } from '../../4-auth/links/auth-mail.js'
import { emailChange } from '../../4-auth/password-login/change-email.js'
import { API_TEXTS } from '../../4-auth/words/en-api.js'
import type { AuthPages } from '../forms/auth-pages.js'
import { onlySignedIn } from '../forms/confirm.js'
import { formRoute } from '../forms/form-routes.js'

/** Asks for another address, and confirms it by its link, which is used up only by the button, for the user who asked. */
export function emailPages(kit: Kit, { valuesOf, show, filled, again }: AuthPages): Routes {
  const account = `${kit.at.pages}/account`
  const changes = emailChange(kit)
  const only = onlySignedIn(kit, '/account')
  const askFor = async (req: Request, res: Response) =>
    show(res, 'changeEmail', await filled('changeEmail', req, res))
  return (router) => {
    if (!authMail(kit)) return
    router.get(
      '/email',
      noStore,
      async (req: Request, res: Response) => {
        const values = valuesOf(req)
        if (values.token === undefined) return kit.userOf(req) ? askFor(req, res) : only(req, res, () => {})
        await changes.assertUsable(values.token)
        show(res, 'confirmEmail', values)
      },
      again('confirmEmail'),
    )
    formRoute(kit, router, 'changeEmail', {
      before: only,
      done: (_req, res) => res.redirect(303, `${account}?done=email_asked`),
      again: again('changeEmail'),
    })
    formRoute(kit, router, 'confirmEmail', {
      confirm(req, _res, next) {
        if (!kit.userOf(req))
          throw new Problem('authentication_required', API_TEXTS['refused.link_login_first'])
        next()
      },
      done: (_req, res) => res.redirect(303, `${account}?done=email`),
      again: again('confirmEmail'),
    })
  }
}
