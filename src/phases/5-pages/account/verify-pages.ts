import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import type { Routes } from '../../../express/own-app.js'
import { noStore, read } from '../../4-auth/answer.js'
import { authMail } from '../../4-auth/auth-mail.js'
import { addressBody, askForMail, UNVERIFIED } from '../../4-auth/links/ask-for-mail.js'
import { tokenBody } from '../../4-auth/links/one-time-token.js'
import { emailVerification } from '../../4-auth/links/verify-email.js'
import { loginParts } from '../../4-auth/sessions/login-parts.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { formBody } from '../forms/form-body.js'
import type { Pages } from '../page-routes.js'

/** Confirms an address by its link, which only the button uses up, and asks for another link. */
export function verifyPages(kit: Kit, { valuesOf, show, again }: Pages): Routes {
  const { limits } = loginParts(kit)
  const verification = emailVerification(kit)
  const say = wordsIn(kit.config)
  const resend = askForMail(kit, UNVERIFIED)
  return (router) => {
    if (!authMail(kit)) return
    router.get(
      '/verify',
      noStore,
      async (req: Request, res: Response) => {
        const values = valuesOf(req)
        if (values.token === undefined) return show(res, 'resend', values)
        await verification.assertUsable(values.token)
        show(res, 'verify', values)
      },
      again('verify'),
    )
    router.post(
      '/verify',
      noStore,
      formBody,
      limits.verify,
      async (req: Request, res: Response) => {
        await verification.use(req, read(tokenBody, req.body).token)
        show(res, 'login', { next: '/' }, { message: say('verify.done') })
      },
      again('verify'),
    )
    router.post(
      '/verify/resend',
      noStore,
      formBody,
      limits.resend,
      async (req: Request, res: Response) => {
        await resend(req, read(addressBody, req.body))
        show(res, 'login', { next: '/' }, { message: say('forgot.done') })
      },
      again('resend'),
    )
  }
}
