import { ClientRequest } from 'node:http'
import { patch } from '../core/process/patch.js'
import { redactText } from './redact-text.js'
import { secretsInFlight } from './secrets-in-flight.js'

/** Larger bodies are not searched: uploads, not reports. Bytes. */
const LARGEST = 1024 * 1024
/** A copy of a request's headers, or a stack trace: error reporters send these and other clients do not. */
const REPORT = /(?:authorization|cookie)(?:\\*["'])?\s*(?::|=>|\\*["'],)|(?:\n|\\n)\s+at \S/i

/** application/x-www-form-urlencoded */
const FORM = /^[\w.~%*+-]+=[^\s{}"]*$/

const WHY = 'error reports that the app sends to others leave without secrets'

/**
 * Removes secrets from error reports that the app sends to third parties, by `fetch` and by `http(s).request`. Only
 * bodies of text are touched: in one that looks like a report (a copy of request headers, a stack trace) every secret is
 * masked, in others the values that came in the head of a request in progress (its login, its URL). What a request brought
 * in its body stays there: the app may store a user's key at another service. So does a form, in which an app has a token
 * introspected (RFC 7662), and the headers of the outgoing request.
 *
 * @returns undo
 */
export function reportsWithoutSecrets(): () => void {
  const undo = [guardFetch(), guardClientRequest()]
  return () => {
    for (const one of undo) one()
  }
}

/** `text` as it may leave the process. */
export function safeReport(text: string): string {
  if (text.length > LARGEST) return text
  if (REPORT.test(text)) return redactText(text)
  return FORM.test(text) ? text : secretsInFlight.maskHeads(text)
}

function guardFetch(): () => void {
  return patch(
    globalThis,
    'fetch',
    (below): typeof fetch =>
      async (input, init) => {
        const { body } = init ?? {}
        if (typeof body === 'string') return below(input, { ...init, body: safeReport(body) })
        if (body instanceof Uint8Array)
          return below(input, { ...init, body: safeBytes(body) as RequestInit['body'] })
        if (body === undefined && input instanceof Request && isText(input.headers.get('content-type'))) {
          const text = await input.clone().text()
          const safe = safeReport(text)
          if (safe !== text) return below(new Request(input, { body: safe }), init)
        }
        return below(input, init)
      },
    { of: 'globalThis.fetch', why: WHY },
    { idempotent: true },
  )
}

function isText(type: string | null): boolean {
  return type !== null && /^text\/|json|xml|urlencoded/i.test(type)
}

function safeBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength > LARGEST) return bytes
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const safe = safeReport(text)
  return safe === text ? bytes : Buffer.from(safe)
}

type Send = (this: ClientRequest, ...given: unknown[]) => unknown

function guardClientRequest(): () => void {
  const proto = ClientRequest.prototype as unknown as Record<'write' | 'end', Send>
  // Inherited from OutgoingMessage, which answers share: only requests get methods of their own.
  const undo = (['write', 'end'] as const).map((name) =>
    patch(
      proto,
      name,
      (below): Send =>
        function (chunk, ...rest) {
          return Reflect.apply(below, this, [safeChunk(this, chunk, rest[0]), ...rest])
        },
      { of: `http.ClientRequest.prototype.${name}`, why: WHY },
      { idempotent: true },
    ),
  )
  return () => {
    for (const one of undo) one()
  }
}

/** A length the app has already set is corrected, or kept by padding if the head has been sent. */
function safeChunk(request: ClientRequest, chunk: unknown, encoding: unknown): unknown {
  const bytes =
    typeof chunk === 'string'
      ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
      : chunk
  if (!(bytes instanceof Uint8Array)) return chunk
  const safe = safeBytes(bytes)
  if (safe === bytes) return chunk
  const announced = Number(request.getHeader('content-length') ?? Number.NaN)
  if (Number.isNaN(announced)) return withEncoding(safe, chunk, encoding)
  if (!request.headersSent && announced === bytes.byteLength) {
    request.setHeader('content-length', safe.byteLength)
    return withEncoding(safe, chunk, encoding)
  }
  const padded = Buffer.alloc(bytes.byteLength, ' ')
  Buffer.from(safe).copy(padded)
  return withEncoding(padded, chunk, encoding)
}

/** A string stays a string, so that the encoding the app passed still fits. */
function withEncoding(bytes: Uint8Array, chunk: unknown, encoding: unknown): unknown {
  if (typeof chunk !== 'string') return bytes
  return Buffer.from(bytes).toString(typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
}
