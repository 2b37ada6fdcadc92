import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Routes } from '../../../express/own-app.js'
import {
  AUDIT_HEAD,
  type AuditFilter,
  allNoted,
  auditLine,
  lastNoted,
} from '../../4-auth/admin/audit-rows.js'
import { newestMails } from '../../4-auth/admin/mails.js'
import { answerErrors, noStore } from '../../4-auth/answer.js'
import { confirm, isAboutConfirm } from '../forms/confirm.js'
import { formBody } from '../forms/form-body.js'
import type { AdminPages } from './admin-pages.js'
import { type AuditQuery, auditPage, EVENTS_A_PAGE, mailsPage } from './audit-page.js'

const LONGEST = 100
const MOST_MAILS = 100
const IS_ID = /^\d{1,18}$/

/** What happened to accounts, and the e-mails about them: read, filtered and downloaded by administrators. */
export function auditRoutes(kit: Kit, { only, answer, failed }: AdminPages): Routes {
  const base = kit.at.pages
  const again = confirm(kit, { fields: ['user', 'event'], page: '/admin/audit' })
  const back = html`<p class="other"><a href="${base}/admin">Administration</a></p>
`
  const wrong = answerErrors(kit, (req: Request, res: Response, problem) =>
    isAboutConfirm(problem) ? again.again(problem, req, res, () => {}) : failed(problem, req, res, () => {}),
  )
  return (router) => {
    router.get(
      '/admin/audit',
      noStore,
      only,
      async (req: Request, res: Response) => {
        const query = queryOf(req.query)
        const before = IS_ID.test(query.before) ? query.before : undefined
        const rows = (await lastNoted(kit.db, filterOf(query), EVENTS_A_PAGE, before)).reverse()
        const body = html`${auditPage(base, rows, query)}${back}`
        const message = req.query.done ? 'Thank you. You can download it now.' : undefined
        answer(res, { title: 'What happened', body, isWide: true, message })
      },
      failed,
    )
    router.post(
      '/admin/audit.csv',
      noStore,
      only,
      formBody,
      again.askForFile('/admin/audit?done=confirmed'),
      async (req: Request, res: Response) => {
        res.type('text/csv').attachment('audit.csv')
        await pipeline(Readable.from(linesOf(kit, filterOf(queryOf(req.body)))), res).catch(
          (error: unknown) => kit.report(error, req),
        )
      },
      wrong,
    )
    router.get(
      '/admin/mails',
      noStore,
      only,
      async (_req: Request, res: Response) => {
        const body = html`${mailsPage(await newestMails(kit.db, MOST_MAILS))}${back}`
        answer(res, { title: 'E-mails', body, isWide: true })
      },
      failed,
    )
  }
}

async function* linesOf({ db }: Kit, filter: AuditFilter): AsyncGenerator<string> {
  yield `${AUDIT_HEAD}\r\n`
  for await (const row of allNoted(db, filter)) yield `${auditLine(row)}\r\n`
}

function queryOf(given: Record<string, unknown> = {}): AuditQuery {
  const text = (name: string) => {
    const value = given[name]
    return typeof value === 'string' ? value.replaceAll('\0', '').trim().slice(0, LONGEST) : ''
  }
  return {
    user: text('user'),
    event: text('event').toLowerCase().replaceAll(' ', '_'),
    before: text('before'),
  }
}

const filterOf = ({ user, event }: AuditQuery): AuditFilter => ({
  ...(user && { user }),
  ...(event && { kind: event }),
})
