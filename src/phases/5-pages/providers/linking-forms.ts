import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { confirm, isAboutConfirm } from '../forms/confirm.js'
import { formRoute } from '../forms/form-routes.js'
import { leaving } from './leaving.js'

interface AccountPage {
  /** admits logged-in users */
  only: RequestHandler
  /** shows the page of the account again, with what was wrong */
  again: ErrorRequestHandler
}

/** The forms of the account page that link an account at a provider, and unlink one, after the password. */
export function linkingForms(kit: Kit, { only, again }: AccountPage): Routes {
  const confirmed = (fields: readonly string[]) => {
    const password = confirm(kit, { fields, page: '/account' })
    const asking: ErrorRequestHandler = (error: unknown, req, res, next) => {
      const isAsking = error instanceof Problem && isAboutConfirm(error)
      return (isAsking ? password.again : again)(error, req, res, next)
    }
    return { before: only, confirm: password.ask, again: asking }
  }
  return (router) => {
    formRoute(kit, router, 'linkProvider', { ...confirmed(['provider']), done: leaving(kit) })
    formRoute(kit, router, 'unlinkProvider', {
      ...confirmed(['id']),
      done: (_req, res) => res.redirect(303, `${kit.at.pages}/account?done=unlinked`),
    })
  }
}
