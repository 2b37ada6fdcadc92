import type { ServerResponse } from 'node:http'
import { isHtml } from '../../../core/is-html.js'

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
export function insertAfterHead(
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
