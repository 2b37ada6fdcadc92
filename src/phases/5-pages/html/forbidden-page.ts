import type { ServerResponse } from 'node:http'
import { appName } from '../../../config/app-name.js'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { inLanguageOf, sayLanguage } from '../../4-auth/words/languages.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { HEADERS } from './page-answer.js'
import { page } from './page-html.js'

/** Answers a browser that may not see a page of the app with a page. The problem in its place is for programs. */
export function sendForbiddenPage(kit: Kit, res: ServerResponse): void {
  if (res.headersSent) return
  const localized = inLanguageOf(kit, res.req)
  const { config, at } = localized
  const base = at.pages
  const say = wordsIn(config)
  const body = html`<p>${say('forbidden.text')}</p>
<p class="other"><a href="${at.home}">${say('back_to_app')}</a> · <a href="${base}/account">${say('account.title')}</a> · <a href="${base}/logout">${say('logout.title')}</a></p>
`
  const text = page({ say, app: appName(config), base, title: say('forbidden.title'), body })
  const headers = {
    ...HEADERS,
    'Cache-Control': 'no-store',
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  }
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  sayLanguage(localized, res)
  res.statusCode = 403
  res.end(text)
}
