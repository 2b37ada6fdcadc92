import type { ErrorRequestHandler, Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { noStore } from '../../4-auth/answer.js'
import { loginLinksOf } from '../../4-auth/endpoints/link-actions.js'
import { askingBrowser } from '../../4-auth/login-links/asking-browser.js'
import { OtherBrowser } from '../../4-auth/login-links/other-browser.js'
import { wordsIn } from '../../4-auth/words/words.js'
import type { AuthPages } from '../forms/auth-pages.js'
import { formRoute } from '../forms/form-routes.js'

/** Asks for a link that logs in, and uses one by a button, so that a scanner that opens it uses nothing up. */
export function loginLinkPages(kit: Kit, { valuesOf, show, again }: AuthPages): Routes {
  const say = wordsIn(kit.config)
  const nextOf = (req: Request) => askingBrowser(kit, req)?.next ?? kit.at.home
  const shownAgain = again('useLoginLink')
  const refused: ErrorRequestHandler = (error: unknown, req, res, next) => {
    if (!(error instanceof OtherBrowser)) return shownAgain(error, req, res, next)
    const problem = new Problem(error.code, say('login_link.other_browser'))
    show(res, 'otherBrowser', valuesOf(req), { problem })
  }

  return (router) => {
    router.get(
      '/login/link',
      noStore,
      async (req: Request, res: Response) => {
        const values = valuesOf(req)
        if (values.token === undefined) {
          if (kit.userOf(req)) return res.redirect(303, values.next)
          return show(res, 'askLoginLink', values)
        }
        const links = await loginLinksOf(kit)
        await links.assertUsable(req, values.token)
        show(res, 'useLoginLink', values)
      },
      refused,
    )
    formRoute(kit, router, 'askLoginLink', {
      done: (req, res) =>
        show(res, 'login', { next: valuesOf(req).next }, { message: say('login_link.done') }),
      again: again('askLoginLink'),
    })
    formRoute(kit, router, 'useLoginLink', {
      done(req, res, done) {
        const next = nextOf(req)
        if (!('due' in done)) return res.redirect(303, next)
        show(res, 'factor', { next, mfa: done.due.mfa_token })
      },
      again: refused,
    })
  }
}
