import type { ServerResponse } from 'node:http'
import { appName } from '../../../config/app-name.js'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { Problem, sendProblem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { isShown } from '../../../express/navigation.js'

const DETAIL =
  'This was sent by a page that was made for another login than the one this browser has now. Nothing was changed.'
const POLICY =
  "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

/** Answers 409 to a request from a page of a user who has logged out since; a browser navigation gets a page. */
export function sendUserChanged(kit: Kit, req: Incoming, res: ServerResponse): void {
  if (!isShown(req)) {
    sendProblem(req, res, new Problem('user_changed', DETAIL))
    return
  }
  const text = pageFor(kit, req)
  res.statusCode = 409
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader('Content-Security-Policy', POLICY)
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('Content-Length', Buffer.byteLength(text))
  res.end(text)
}

function pageFor(kit: Kit, req: Incoming): string {
  const { pages } = kit.config.auth
  const person = kit.userOf(req)
  const name = person?.username ?? person?.email ?? 'another user'
  const style = kit.has('client') ? html`<link rel="stylesheet" href="${pages}/pages.css">` : undefined
  const others = kit.has('client') ? html`, or <a href="${pages}/logout">log out</a> first` : undefined
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Another user is logged in · ${appName(kit.config)}</title>
${style}
</head>
<body>
<main>
<h1>Another user is logged in</h1>
<p class="alert" role="alert">${DETAIL}</p>
<p>This browser is logged in as <strong>${name}</strong> now. To keep what you typed, go back and copy it.</p>
<p><a href="/">Go on as ${name}</a>${others}.</p>
</main>
</body>
</html>
`.text
}
