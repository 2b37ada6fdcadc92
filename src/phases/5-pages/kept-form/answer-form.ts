import type { ServerResponse } from 'node:http'
import type { Kit } from '../../../core/kit.js'
import { type Incoming, targetOf } from '../../../express/handler.js'
import { sameOrigin } from '../../4-auth/sessions/cookies/same-origin.js'
import { loginOf } from '../../4-auth/sessions/login-state.js'
import { authParts } from '../../4-auth/sessions/parts.js'
import { inLanguageOf, sayLanguage } from '../../4-auth/words/languages.js'
import { HEADERS } from '../html/page-answer.js'
import { formFields } from './form-fields.js'
import { keptForms, LONGEST } from './kept-form.js'
import { keptPages } from './kept-pages.js'
import { mayBeSent } from './may-be-sent.js'

/**
 * Answers a form that was sent without a valid login with a page that keeps it; false if it must not be kept,
 * because it did not come from a page of the app. The CSRF token, which no one else can have, names the
 * form's user; without one, on a page of the app, the login that has ended does.
 */
export async function answerForm(kit: Kit, req: Incoming, res: ServerResponse): Promise<boolean> {
  const { csrf } = authParts(kit)
  const { CORS_ORIGINS: listed = [], TRUST_PROXY: hops } = kit.settings
  const path = targetOf(req)
  const from = sameOrigin(req, listed, hops)
  if (from === 'no' || req.headers['sec-fetch-site'] === 'cross-site' || !mayBeSent(kit.config, path))
    return false

  const localized = inLanguageOf(kit, req)
  const pages = keptPages(localized)
  const send = (text: string) => sendPage(localized, res, text)
  const found = await formFields(req)
  if (typeof found === 'string') {
    if (from !== 'yes') return false
    send(pages.unkept(found))
    return true
  }
  const { tokens, ...form } = found
  const named = new Set(tokens.map(csrf.forWhom).filter((user) => user !== null))
  if (named.size > 1 || (named.size === 0 && from !== 'yes')) return false
  const [user = loginOf(req).former?.sub ?? null] = named
  const kept = user === null ? null : keptForms(kit).write({ ...form, user, path })
  if (kept === null) send(pages.unkept('nobody'))
  else if (kept.length > LONGEST) send(pages.unkept('too_much'))
  else send(pages.login({ kept, dropped: form.dropped }))
  return true
}

function sendPage(kit: Kit, res: ServerResponse, text: string): void {
  if (res.headersSent) return
  res.statusCode = 401
  sayLanguage(kit, res)
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value)
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  res.setHeader('Content-Length', Buffer.byteLength(text))
  res.end(text)
}
