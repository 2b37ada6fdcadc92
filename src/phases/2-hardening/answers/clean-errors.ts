import { ServerResponse } from 'node:http'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { decoded } from '../../../core/decoded.js'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { type Handler, targetOf } from '../../../express/handler.js'
import { wasPassedOn } from '../../../express/inner-app.js'
import { cleanBody, type Take } from './clean-body.js'
import { setAll } from './own-headers.js'
import { statusOf } from './refused-bodies.js'
import { ownPaths } from './security-headers.js'
import { takenOut } from './taken-out.js'

/** A longer body is not a normal error answer; it is replaced (5xx) or passed on (4xx). Bytes. */
const LARGEST = 512 * 1024
const LIMIT = { maxOutputLength: LARGEST }
const INFLATE: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) => gunzipSync(bytes, LIMIT),
  br: (bytes) => brotliDecompressSync(bytes, LIMIT),
  deflate: (bytes) => inflateSync(bytes, LIMIT),
}

/** Where Node keeps the head, and whether it was sent. */
interface Inside {
  _header: string | null
  _headerSent: boolean
}
const HELD = 'held back until the answer is whole'

/**
 * Removes driver messages, stacks and echoes of the request from the app's answers with status 400 and up
 * (see `cleanBody`), and logs what it removed. A body that a parser refused is the client's fault, whatever
 * status the app gives it. usertwo's own answers at its own addresses stay as they are. Only such answers are buffered until they are complete; all others pass untouched.
 */
export function cleanErrors({ config, log }: Kit): Handler {
  const isOwn = ownPaths(config)
  return function holdErrors(req, res, next) {
    // As sent, because the app may change it.
    const target = targetOf(req)
    const mayBeOwn = isOwn(target)
    hold(res, (bytes) => {
      if (mayBeOwn && !wasPassedOn(req)) return bytes
      const out = takenOut(log, req)
      const sent = cleanAnswer(res, bytes, target, out.take)
      out.tell(res.statusCode)
      return sent
    })
    next()
  }
}

function hold(res: ServerResponse, clean: (bytes: Buffer) => Buffer): void {
  const { write, end, writeHead } = res
  const inside = res as unknown as Inside
  let chunks: Buffer[] | null = null
  /** the head that the app has committed to */
  let head: { status: number; reason: string | undefined } | null = null
  // Decided at the first write. The methods stay in place, because compression and other middleware may wrap them.
  let passing = false

  const passes = () => {
    passing ||= chunks === null && (res.statusCode < 400 || res.headersSent)
    return passing
  }
  // To the app the head has left: it can set no more headers, and `headersSent` keeps it from answering a second time.
  function keep(reason?: string): void {
    chunks ??= []
    if (head) return
    head = { status: res.statusCode, reason }
    Object.assign(inside, { _header: HELD, _headerSent: true })
  }
  function take(chunk: unknown, encoding: unknown): void {
    chunks ??= []
    if (typeof chunk === 'string')
      chunks.push(Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'))
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  }

  // The head of an error waits for its body, whose length may change.
  function heldHead(status: number, ...rest: unknown[]) {
    // Lets Node refuse a second head, without the wrappers that would record its status.
    if (head && !passing) return ServerResponse.prototype.writeHead.call(res, status)
    if (passing || status < 400 || res.headersSent) {
      passing = true
      return Reflect.apply(writeHead, res, [status, ...rest])
    }
    res.statusCode = status
    const reason = typeof rest[0] === 'string' ? (rest.shift() as string) : undefined
    const given = rest[0] ?? rest[1]
    if (given) setAll(res, given as Record<string, string>)
    keep(reason)
    return res
  }

  function heldWrite(chunk: unknown, ...rest: unknown[]) {
    if (passes()) return Reflect.apply(write, res, [chunk, ...rest])
    take(chunk, rest[0])
    keep()
    const written = rest.find((one) => typeof one === 'function')
    if (written) queueMicrotask(written as () => void)
    return true
  }

  function heldEnd(...given: unknown[]) {
    if (passes()) return Reflect.apply(end, res, given)
    const [chunk, encoding] = given
    if (typeof chunk !== 'function') take(chunk, encoding)
    const whole = Buffer.concat(chunks ?? [])
    passing = true
    if (head) {
      Object.assign(inside, { _header: null, _headerSent: false })
      res.statusCode = head.status
    }
    const status = statusOf(res)
    if (status !== res.statusCode) res.statusCode = status
    else if (head?.reason !== undefined) res.statusMessage = head.reason
    const finished = given.find((one) => typeof one === 'function')
    const body = whole.length ? [clean(whole)] : []
    return Reflect.apply(end, res, finished ? [...body, finished] : body)
  }

  res.writeHead = heldHead as typeof writeHead
  res.write = heldWrite as typeof write
  res.end = heldEnd as typeof end
}

/** Returns the bytes to send, and corrects the headers about them. */
function cleanAnswer(res: ServerResponse, bytes: Buffer, target: string, take: Take): Buffer {
  const coding = String(res.getHeader('content-encoding') ?? '').toLowerCase()
  const contentType = String(res.getHeader('content-type') ?? '')
  let text: string
  try {
    text = (coding && coding !== 'identity' ? INFLATE[coding]!(bytes) : bytes).toString('utf8')
  } catch {
    // Not readable here: for a server error, nothing unread is sent.
    if (res.statusCode < 500) return bytes
    take('', `${bytes.length} bytes that cannot be read${coding && ` as ${coding}`}`)
    text = ''
  }
  const tooLong = bytes.length > LARGEST && res.statusCode >= 500
  if (tooLong) take('', text)
  const clean = tooLong
    ? ''
    : cleanBody(withoutSentQuery(text, target, take), contentType, res.statusCode, take)
  if (clean === text && text !== '') return bytes
  const sent = Buffer.from(clean)
  for (const name of ['content-encoding', 'etag', 'content-md5', 'last-modified']) res.removeHeader(name)
  res.setHeader('content-length', sent.length)
  return sent
}

/** As an app writes a query into HTML. */
const escaped = (query: string) => html`${query}`.text
/** As JSON has it. */
const quoted = (query: string) => JSON.stringify(query).slice(1, -1)

/**
 * Returns an error answer without the query of its own request, which a handler of missing pages repeats with
 * `Can't find ${req.originalUrl}`, and which may hold a token.
 *
 * @param target the path and query of the request, as they were sent
 */
export function withoutSentQuery(text: string, target: string, take: Take): string {
  const at = target.indexOf('?')
  const query = at < 0 ? '' : target.slice(at)
  // `?a` may be a sentence and a word.
  if (!query.includes('=')) return text
  let clean = text
  for (const form of new Set([query, decoded(query)].flatMap((one) => [one, quoted(one), escaped(one)])))
    clean = clean.replaceAll(form, '')
  if (clean !== text) take('query', query, true)
  return clean
}
