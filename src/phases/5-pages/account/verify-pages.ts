import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import type { Routes } from '../../../express/own-app.js'
import { noStore } from '../../4-auth/answer.js'
import { authMail } from '../../4-auth/links/auth-mail.js'
import { emailVerification } from '../../4-auth/links/verify-email.js'
import { type Word, wordsIn } from '../../4-auth/words/words.js'
import type { AuthPages } from '../forms/auth-pages.js'
import { formRoute } from '../forms/form-routes.js'

/** Confirms an address by its link, which only the button uses up, and asks for another link. */
export function verifyPages(kit: Kit, { valuesOf, show, again }: AuthPages): Routes {
  const verification = emailVerification(kit)
  const say = wordsIn(kit.config)
  const loginSaying = (word: Word) => (_req: Request, res: Response) =>
    show(res, 'login', { next: kit.at.home }, { message: say(word) })
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
    formRoute(kit, router, 'verify', { done: loginSaying('verify.done'), again: again('verify') })
    formRoute(kit, router, 'resend', { done: loginSaying('forgot.done'), again: again('resend') })
  }
}
