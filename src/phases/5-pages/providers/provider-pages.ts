import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import type { Routes } from '../../../express/own-app.js'
import { noStore } from '../../4-auth/answer.js'
import type { AuthPages } from '../forms/auth-pages.js'
import { formRoute } from '../forms/form-routes.js'
import { leaving } from './leaving.js'

/** Loaded where a login by a provider waits for a code. */
const pending = () => import('../../4-auth/oauth/pending-cookie.js')

/** Begins a login by a provider, and asks for the code where a second factor is due after one. */
export function providerPages(kit: Kit, { valuesOf, show, again }: AuthPages): Routes {
  return (router) => {
    formRoute(kit, router, 'connectProvider', { done: leaving(kit), again: again('login') })
    router.get(
      '/oauth/code',
      noStore,
      async (req: Request, res: Response) => {
        const values = valuesOf(req)
        const mfa = (await pending()).pendingIn(kit, req)
        if (mfa === null) return res.redirect(303, `${kit.at.pages}/login`)
        show(res, 'factor', { ...values, mfa })
      },
      again('login'),
    )
  }
}
