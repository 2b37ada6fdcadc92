import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { administrator } from '../../4-auth/accounts/administrator.js'
import { answerErrors } from '../../4-auth/answer.js'
import { pageAnswer, type Shown } from '../html/page-answer.js'

/** What the pages of administrators share. */
export interface AdminPages {
  /** answers other users and anonymous requests 404, as a page that does not exist */
  only: RequestHandler
  answer(res: Response, shown: Shown): void
  failed: ErrorRequestHandler
  notThere: ErrorRequestHandler
}

export function adminPages(kit: Kit, notThere: ErrorRequestHandler): AdminPages {
  const answer = pageAnswer(kit)
  return {
    only(req, _res, next) {
      administrator(kit, req)
      next()
    },
    answer,
    failed: answerErrors(kit, (req, res, problem) => {
      if (problem.code === 'not_found') return notThere(problem, req, res, () => {})
      const back = html`<p class="other"><a href="${kit.at.pages}/admin">Administration</a></p>
`
      answer(res, { title: 'Administration', body: back, problem })
    }),
    notThere,
  }
}
