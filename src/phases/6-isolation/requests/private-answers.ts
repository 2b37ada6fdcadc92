import type { ServerResponse } from 'node:http'
import { isHtml } from '../../../core/is-html.js'
import type { Kit } from '../../../core/kit.js'
import { dataUserOf, isWithoutLogin } from '../../../core/person-of.js'
import type { Handler, Incoming } from '../../../express/handler.js'
import { isNavigation } from '../../../express/navigation.js'
import { ownHeaders, varyBy } from '../../2-hardening/answers/own-headers.js'

/** Headers with separate instructions for proxies and CDNs (RFC 9213 and its predecessors); Expires is the oldest. */
const OTHER_WORDS = new Set(['expires', 'pragma', 'surrogate-control'])

/**
 * Keeps the answers with a user's data private (RFC 9111). No shared cache stores them; the browser's cache
 * revalidates them before use, and separates answers of different logins (`Vary`), so the app's ETags still
 * work. A page is not stored at all: otherwise the browser's back button would show it to the next user. A
 * file that the app marks immutable, as bundlers do with hashed names, stays in the browser.
 */
export function privateAnswers(kit: Kit): Handler {
  const { header, proxy } = kit.config.auth
  const credentials = ['Cookie', header, ...(proxy ? [proxy.header] : [])].join(', ')
  const keepPrivate = (req: Incoming, res: ServerResponse, isOfUser = () => true) => {
    const isPage = isNavigation(req)
    ownHeaders(res, (_res, names) => {
      if (!isOfUser()) return
      res.setHeader('Cache-Control', privately(res, isPage))
      for (const name of names)
        if (OTHER_WORDS.has(name) || name.endsWith('cdn-cache-control')) res.removeHeader(name)
      varyBy(res, credentials)
    })
  }
  // Whom a login of the app's own names is known at a route, or never in front of one: credentials count as a user's.
  if (kit.config.auth.by === 'app')
    return (req, res, next) => {
      const hasCredentials = Boolean(req.headers.cookie ?? req.headers[header])
      keepPrivate(req, res, () => hasCredentials || dataUserOf(kit, req) !== null)
      next()
    }
  return function privateAnswers(req, res, next) {
    if (kit.userOf(req) || isWithoutLogin(req)) keepPrivate(req, res)
    next()
  }
}

function privately(res: ServerResponse, isPage: boolean): string {
  const said = String(res.getHeader('cache-control') ?? '').toLowerCase()
  if (isPage || /\bno-store\b/.test(said) || isHtml(res.getHeader('content-type'))) return 'no-store'
  const [age] = /\bmax-age=\d+/.exec(said) ?? []
  return age && /\bimmutable\b/.test(said) ? `private, ${age}, immutable` : 'private, no-cache'
}
