import type { Request, Response } from 'express'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Routes } from '../../../express/own-app.js'
import { answerErrors, noStore } from '../../4-auth/answer.js'
import { ACTIONS } from '../../4-auth/endpoints/actions.js'
import type { LoginRow } from '../../4-auth/sessions/logins.js'
import { dayIn } from '../../4-auth/words/dates.js'
import { type Say, type Word, wordsIn } from '../../4-auth/words/words.js'
import { confirm, onlySignedIn } from '../forms/confirm.js'
import { formStart, hiddenField } from '../forms/fields.js'
import { formRoute } from '../forms/form-routes.js'
import { pageAnswer } from '../html/page-answer.js'
import { all } from '../html/page-html.js'
import { time } from './happened.js'

const DONE = new Map<string, Word>([
  ['one', 'sessions.one_ended'],
  ['others', 'sessions.others_ended'],
])

/** The page of the user's logins: the current one is marked, each other one can be ended, or all of them. */
export function sessionRoutes(kit: Kit): Routes {
  const base = kit.at.pages
  const sessionsOf = ACTIONS.listSessions.make(kit)
  const answer = pageAnswer(kit)
  const say = wordsIn(kit.config)
  const title = say('sessions.title')
  const only = onlySignedIn(kit, '/sessions')
  const one = confirm(kit, { fields: ['id'], page: '/sessions' })
  const others = confirm(kit, { fields: [], page: '/sessions' })
  const failed = answerErrors(kit, (_req, res, problem) => answer(res, { title, body: html``, problem }))

  return (router) => {
    router.get(
      '/sessions',
      noStore,
      only,
      async (req: Request, res: Response) => {
        const { rows, current } = await sessionsOf(req, res, 'form')
        const body = list(base, say, rows, current)
        const done = DONE.get(String(req.query.done))
        answer(res, { title, body, isWide: true, message: done && say(done) })
      },
      failed,
    )
    formRoute(kit, router, 'endSession', {
      before: only,
      confirm: one.ask,
      done: (_req, res) => res.redirect(303, `${base}/sessions?done=one`),
      again: one.again,
    })
    formRoute(kit, router, 'endOtherSessions', {
      before: only,
      confirm: others.ask,
      done: (_req, res) => res.redirect(303, `${base}/sessions?done=others`),
      again: others.again,
    })
  }
}

function list(base: string, say: Say, rows: readonly LoginRow[], current: string): Html {
  return html`<ul class="rows">
${all(rows.map((row) => line(base, say, row, row.id === current)))}</ul>
${rows.length > 1 ? endOthers(base, say) : undefined}<p class="other"><a href="${base}/account">${say('account.title')}</a> · <a href="${base}/logout">${say('logout.title')}</a></p>
`
}

function line(base: string, say: Say, row: LoginRow, isThis: boolean): Html {
  const { id, user_agent, token, ip_address, issued_at, last_used_at } = row
  const name = token === null ? deviceName(say, user_agent) : say('sessions.token', { name: token })
  const end = html`${formStart(base)('endSession')}
${hiddenField('id', id)}<button type="submit" class="small" aria-label="${say('sessions.end_label', { name, day: dayIn(say, issued_at) })}">${say('sessions.end')}</button>
</form>
`
  return html`<li>
<span><strong>${name}</strong>${isThis ? html` <span class="mark">${say('sessions.this')}</span>` : undefined}</span>
<span class="when">${ip_address ? `${ip_address} · ` : undefined}${say('sessions.since')} ${time(issued_at, say)} · ${say('sessions.used')} ${time(last_used_at, say)}</span>
${isThis ? undefined : end}</li>
`
}

const endOthers = (base: string, say: Say) => html`${formStart(base)('endOtherSessions')}
<button type="submit">${say('sessions.end_others')}</button>
</form>
`

const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.* Safari\//, 'Safari'],
]
/** A name, or the word for it. */
const SYSTEMS: [RegExp, { name: string } | Word][] = [
  [/iPhone/, 'device.iphone'],
  [/iPad/, 'device.ipad'],
  [/Android/, { name: 'Android' }],
  [/Windows/, { name: 'Windows' }],
  [/CrOS/, { name: 'ChromeOS' }],
  [/Mac OS X|Macintosh/, 'device.mac'],
  [/Linux/, { name: 'Linux' }],
]

/** Names a login by its `User-Agent`, so that its owner recognises it. It is what the client says, and no proof. */
export function deviceName(say: Say, userAgent: string | null): string {
  if (!userAgent) return say('device.unknown')
  const browser = BROWSERS.find(([sign]) => sign.test(userAgent))?.[1]
  const found = SYSTEMS.find(([sign]) => sign.test(userAgent))?.[1]
  const system = typeof found === 'string' ? say(found) : found?.name
  if (browser) return system ? say('device.on', { browser, system }) : browser
  // Programs other than browsers begin with their name: curl/8.5.0.
  return /^[\w.-]{1,40}(?=\/|$)/.exec(userAgent)?.[0] ?? say('device.unknown')
}
