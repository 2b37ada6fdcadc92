import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { noStore, read } from '../../4-auth/answer.js'
import { authMail } from '../../4-auth/auth-mail.js'
import { emailChange, emailChangeBody } from '../../4-auth/links/change-email.js'
import { tokenBody } from '../../4-auth/links/one-time-token.js'
import { loginParts } from '../../4-auth/sessions/login-parts.js'
import { onlySignedIn } from '../forms/confirm.js'
import { formBody } from '../forms/form-body.js'
import type { Pages } from '../page-routes.js'

const FIRST = 'Log in first, in this browser. Then open the link again.'

/** Asks for another address, and confirms it by its link, which only the button of whoever asked uses up. */
export function emailPages(kit: Kit, { valuesOf, show, again }: Pages): Routes {
  const { limits } = loginParts(kit)
  const account = `${kit.config.auth.pages}/account`
  const changes = emailChange(kit)
  const only = onlySignedIn(kit, '/account')
  return (router) => {
    if (!authMail(kit)) return
    router.get(
      '/email',
      noStore,
      async (req: Request, res: Response) => {
        const values = valuesOf(req)
        if (values.token === undefined) return only(req, res, () => show(res, 'changeEmail', values))
        await changes.assertUsable(values.token)
        show(res, 'confirmEmail', values)
      },
      again('confirmEmail'),
    )
    router.post(
      '/email/change',
      noStore,
      only,
      limits.resend,
      formBody,
      async (req: Request, res: Response) => {
        await changes.ask(req, read(emailChangeBody, req.body))
        res.redirect(303, `${account}?done=email_asked`)
      },
      again('changeEmail'),
    )
    router.post(
      '/email',
      noStore,
      formBody,
      limits.verify,
      async (req: Request, res: Response) => {
        if (!kit.userOf(req)) throw new Problem('authentication_required', FIRST)
        await changes.confirm(req, read(tokenBody, req.body).token)
        res.redirect(303, `${account}?done=email`)
      },
      again('confirmEmail'),
    )
  }
}
