import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { noStore } from '../../4-auth/answer.js'
import { ACTIONS, type DoneOf } from '../../4-auth/endpoints/actions.js'
import { sayAsApi, wordsIn } from '../../4-auth/words/words.js'
import type { AuthPages } from '../forms/auth-pages.js'
import { formRoute } from '../forms/form-routes.js'
import { outcomeShown } from '../providers/outcome-shown.js'

/** The pages for login, registration and logout. */
export function loginPages(kit: Kit, { valuesOf, show, filled, again }: AuthPages): Routes {
  const say = wordsIn(kit.config)
  const logIn = ACTIONS.login.make(kit)
  const goOn = (req: Request, res: Response) => res.redirect(303, valuesOf(req).next)
  /** Asks for the code where the password was not enough. */
  const loggedIn = (req: Request, res: Response, done: DoneOf<'login'>) =>
    'due' in done ? show(res, 'factor', { ...valuesOf(req), mfa: done.due.mfa_token }) : goOn(req, res)

  return (router) => {
    for (const which of ['login', 'register'] as const)
      router.get(
        `/${which}`,
        noStore,
        async (req: Request, res: Response) => {
          if (kit.userOf(req)) return goOn(req, res)
          show(res, which, await filled(which, req, res), await outcomeShown(kit, req))
        },
        again('login'),
      )
    formRoute(kit, router, 'login', { done: loggedIn, again: again('login') })
    formRoute(kit, router, 'verifyTotp', { done: goOn, again: again('factor') })
    formRoute(kit, router, 'loginByPasskey', { done: goOn, again: again('login') })
    formRoute(kit, router, 'register', {
      async done(req, res, { message, mustVerify }) {
        if (mustVerify) return show(res, 'login', valuesOf(req), { message: sayAsApi(say, message) })
        try {
          loggedIn(req, res, await logIn(req, res, 'form'))
        } catch (error) {
          // The address belonged to another user, and this was not that user's password.
          if (!(error instanceof Problem) || error.code !== 'invalid_credentials') throw error
          show(res, 'login', valuesOf(req), { message: sayAsApi(say, message) })
        }
      },
      again: again('register'),
    })
    router.get('/logout', noStore, (req, res) => show(res, 'logout', valuesOf(req)))
    formRoute(kit, router, 'logout', {
      done: (_req, res) => res.redirect(303, `${kit.at.pages}/login`),
      again: again('logout'),
    })
  }
}
