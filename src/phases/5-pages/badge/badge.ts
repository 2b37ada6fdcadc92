import type { ServerResponse } from 'node:http'
import { isByName } from '../../../config/config.js'
import { html } from '../../../core/html.js'
import { isHtml } from '../../../core/is-html.js'
import type { Kit } from '../../../core/kit.js'
import type { Handler } from '../../../express/handler.js'
import { isNavigation } from '../../../express/navigation.js'
import { authParts } from '../../4-auth/sessions/parts.js'

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

/** The beginning of a page, up to the content of its head, in any ASCII-compatible encoding. */
const BEGINNING =
  /^(?:\xef\xbb\xbf)?\s*(?:<!--(?:[^-]|-(?!->)){0,2000}-->\s*)?(?:<!doctype\s[^>]{0,200}>\s*)?(?:<html(?:\s[^>]{0,1000})?>\s*)?<head(?:\s[^>]{0,500})?>/i
const LONGEST = 4_096
/** Headers about the exact bytes of the body; with the tag added they would be wrong. */
const OF_BYTES = [
  'content-encoding',
  'content-range',
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
]
const LIKE_ASCII = /^(?:utf-?8|us-ascii|ascii|iso-8859-\d+|windows-125\d)$/i

/**
 * Returns the first chunk of an answer with `tag` in its head, and adjusts the answer's headers; null if it is not a
 * whole page in plain bytes: compressed, partial, an error, a fragment, or with its head already sent.
 */
function insertAfterHead(
  res: ServerResponse,
  first: Buffer | null,
  isHead: boolean,
  tag: Buffer,
): Buffer | null {
  if (res.headersSent) return null
  const type = String(res.getHeader('content-type') ?? '')
  const isSame = res.statusCode === 304
  if (isSame || (res.statusCode === 200 && isHtml(type))) weaken(res)
  if (res.statusCode !== 200 || !isPlainPage(res, type)) return null
  // The length is unknown without the body.
  if (isHead) res.removeHeader('Content-Length')
  if (!first || isHead) return null
  const [beginning] = BEGINNING.exec(first.toString('latin1', 0, LONGEST)) ?? []
  if (beginning === undefined) return null
  const length = res.getHeader('content-length')
  if (length !== undefined) res.setHeader('Content-Length', Number(length) + tag.length)
  return Buffer.concat([first.subarray(0, beginning.length), tag, first.subarray(beginning.length)])
}

function isPlainPage(res: ServerResponse, type: string): boolean {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8'
  const disposition = String(res.getHeader('content-disposition') ?? '')
  return (
    isHtml(type) &&
    LIKE_ASCII.test(charset) &&
    !/^\s*attachment/i.test(disposition) &&
    OF_BYTES.every((name) => !res.hasHeader(name))
  )
}

/** A weak validator says that only the bytes differ (RFC 9110, 8.8.1); ranges are not offered. */
function weaken(res: ServerResponse): void {
  const tag = res.getHeader('etag')
  if (typeof tag === 'string' && tag.startsWith('"')) res.setHeader('ETag', `W/${tag}`)
  if (res.statusCode === 200) res.removeHeader('Accept-Ranges')
}
