import type { ServerResponse } from 'node:http'
import { isByName } from '../../../config/config.js'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Handler } from '../../../express/handler.js'
import { isNavigation } from '../../../express/navigation.js'
import { authParts } from '../../4-auth/sessions/parts.js'
import { insertAfterHead } from './insert.js'

/**
 * `auth.badge`: puts one script into the pages that the app answers browsers with. The tag is the same for
 * every user, so that caches stay correct; null if the option is off.
 */
export function badge(kit: Kit): Handler | null {
  if (!kit.config.auth.badge) return null
  const { pages, mount } = kit.at
  const { csrf } = authParts(kit).cookies
  const owned = kit.has('isolation') && kit.config.routes.owned
  const { text } =
    html`<script src="${pages}/badge.js" defer data-api="${mount}" data-pages="${pages}" data-cookie="${csrf}"${isByName(kit.config) ? html` data-login="username"` : undefined}${kit.settings.AUTH_COOKIE_REFRESH ? html` data-refresh` : undefined}${owned ? html` data-owned="${JSON.stringify(Object.keys(owned))}"` : undefined}></script>`
  const tag = Buffer.from(text)
  return function badge(req, res, next) {
    // A range request is for the bytes as the app has them.
    if (isNavigation(req) && req.headers.range === undefined) intoFirst(res, req.method === 'HEAD', tag)
    next()
  }
}

/** Puts the tag into the first chunk of the answer, whatever code writes it, if a page begins there. */
function intoFirst(res: ServerResponse, isHead: boolean, tag: Buffer): void {
  const { write, end } = res
  let isFirst = true
  // The overrides are never removed: wrappers that the app has put on top would be removed with them.
  const edited = (given: unknown[]): unknown[] => {
    if (!isFirst) return given
    isFirst = false
    const [chunk, encoding] = given
    const isText = typeof chunk === 'string'
    if (!isText && !(chunk instanceof Uint8Array)) {
      insertAfterHead(res, null, isHead, tag)
      return given
    }
    const sent = isText
      ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const whole = insertAfterHead(res, sent, isHead, tag)
    const rest = given.slice(isText && typeof encoding === 'string' ? 2 : 1)
    return whole ? [whole, ...rest] : given
  }
  Object.assign(res, {
    write: (...given: unknown[]) => Reflect.apply(write, res, edited(given)),
    end: (...given: unknown[]) => Reflect.apply(end, res, edited(given)),
  })
}
