import type { ServerResponse } from 'node:http'
import { appName } from '../../../config/app-name.js'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { Problem, sendProblem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { isShown } from '../../../express/navigation.js'
import { API_TEXTS } from '../words/en-api.js'
import { inLanguageOf, sayLanguage } from '../words/languages.js'
import { wordsIn } from '../words/words.js'

const DETAIL = API_TEXTS['refused.user_changed']
const POLICY =
  "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

/** Answers 409 to a request from a page of a user who has logged out since; a browser navigation gets a page. */
export function sendUserChanged(kit: Kit, req: Incoming, res: ServerResponse): void {
  if (!isShown(req)) {
    sendProblem(req, res, new Problem('user_changed', DETAIL))
    return
  }
  const localized = inLanguageOf(kit, req)
  const text = pageFor(localized, req)
  sayLanguage(localized, res)
  res.statusCode = 409
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader('Content-Security-Policy', POLICY)
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('Content-Length', Buffer.byteLength(text))
  res.end(text)
}

function pageFor(kit: Kit, req: Incoming): string {
  const { pages, home } = kit.at
  const person = kit.userOf(req)
  const say = wordsIn(kit.config)
  const name = person?.username ?? person?.email ?? say('changed.someone')
  const title = say('changed.title')
  const style = kit.has('client') ? html`<link rel="stylesheet" href="${pages}/pages.css">` : undefined
  const others = kit.has('client') ? html` · <a href="${pages}/logout">${say('logout.title')}</a>` : undefined
  return html`<!doctype html>
<html lang="${say('lang')}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${appName(kit.config)}</title>
${style}
</head>
<body>
<main>
<h1>${title}</h1>
<p class="alert" role="alert">${say('refused.user_changed')}</p>
<p>${say('changed.now', { name })}</p>
<p><a href="${home}">${say('changed.go_on', { name })}</a>${others}</p>
</main>
</body>
</html>
`.text
}
