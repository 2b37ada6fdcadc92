import type { ServerResponse } from 'node:http'
import { isHtml } from '../../../core/is-html.js'
import type { Kit } from '../../../core/kit.js'
import type { Handler } from '../../../express/handler.js'
import { isNavigation } from '../../../express/navigation.js'
import { ownHeaders, varyBy } from '../../2-hardening/answers/own-headers.js'

/** By these caches on the way are told otherwise than browsers (RFC 9213 and its forerunners); Expires is the oldest. */
const OTHER_WORDS = new Set(['expires', 'pragma', 'surrogate-control'])

/**
 * What somebody who is logged in is answered is theirs (RFC 9111): no cache that others share keeps it, a browser's own
 * asks again before it shows it, and keeps apart what came with another login (`Vary`). So the ETags of the app go on
 * working. A page is not kept at all, or the browser's back button would show it to whoever logs in next. A file that
 * the app calls immutable, as bundlers name them by their content, stays in the browser.
 */
export function privateAnswers(kit: Kit): Handler {
  const credentials = `Cookie, ${kit.config.auth.header}`
  return function privateAnswers(req, res, next) {
    if (kit.userOf(req)) {
      const isPage = isNavigation(req)
      ownHeaders(res, (_res, names) => {
        res.setHeader('Cache-Control', privately(res, isPage))
        for (const name of names)
          if (OTHER_WORDS.has(name) || name.endsWith('cdn-cache-control')) res.removeHeader(name)
        varyBy(res, credentials)
      })
    }
    next()
  }
}

function privately(res: ServerResponse, isPage: boolean): string {
  const said = String(res.getHeader('cache-control') ?? '').toLowerCase()
  if (isPage || /\bno-store\b/.test(said) || isHtml(res.getHeader('content-type'))) return 'no-store'
  const [age] = /\bmax-age=\d+/.exec(said) ?? []
  return age && /\bimmutable\b/.test(said) ? `private, ${age}, immutable` : 'private, no-cache'
}
