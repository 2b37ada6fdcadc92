import { type IncomingMessage, request } from 'node:http'
import type { Visitor } from '../gate.js'
import { jsonIn } from '../json.js'
import { senderAt } from './loopback.js'

export interface Ask {
  as?: Visitor
  headers?: Record<string, string>
  /** headers of `app.headers` that are not sent */
  without?: readonly string[]
  /** an object is sent as JSON; text as it is */
  body?: unknown
  /** ms until the answer must be complete; default 15,000 */
  timeout?: number
  /** it was recorded as a stream of events: if nothing comes, it is open and empty */
  isStream?: boolean
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  /** without the nonces of its policy; of a stream of events, what came until it was cut, without comments */
  body: string
  /** the body with its nonces, where it has some */
  asSent?: string
  /** the body as JSON; undefined if it is something else */
  json: unknown
  ms: number
}

/** A request that got no answer, or half of one. */
export class NoAnswer extends Error {
  /** what the app has printed since the request */
  printed: () => string = () => ''

  constructor(
    what: string,
    readonly method: string,
    readonly path: string,
    cause: unknown,
  ) {
    super(what, { cause })
    this.name = 'NoAnswer'
  }
}

/** The bytes of a body from which an answer counts as one without an end. */
const MOST_BYTES = 64 * 1024 * 1024

/**
 * How long a stream of events is read, how long after its last event, and how long its headers may take: Node sends them with
 * the first event, which may not come for a user without rows. Milliseconds.
 */
const STREAM = { most: 2_000, quiet: 500, silent: 5_000 }
/** A comment of a stream, with the empty line behind it: a heartbeat, which clients ignore. */
const COMMENT = /^:.*(?:\r?\n(?:\r?\n)?|$)/gm

/** Returns what came by a stream without its comments, which are heartbeats. */
export const withoutHeartbeats = (came: string): string => came.replace(COMMENT, '')

/** What a policy calls a nonce: another one in each answer, also in those of the app without usertwo. */
const NONCE = /'nonce-([\w+/=-]+)'/g

/** Returns a body without the nonces that its own policy names (CSP level 3): they say nothing of the app. */
export function withoutNonces(body: string, headers: Answer['headers']): string {
  const policies = [headers['content-security-policy'], headers['content-security-policy-report-only']]
  const named = [...String(policies).matchAll(NONCE)].map(([, nonce]) => nonce!)
  return named.reduce((text, nonce) => text.replaceAll(nonce, ''), body)
}

/** Whether an answer is a stream of events, which has no end (WHATWG HTML, server-sent events). */
export const isEventStream = (headers: Answer['headers']): boolean =>
  /^text\/event-stream\b/i.test(String(headers['content-type'] ?? ''))

/** Returns true if the request succeeded: 2xx, or 3xx, with which a form redirects the browser. */
export function isDone({ status }: { status: number }): boolean {
  return status >= 200 && status < 400
}

/** A request with cookies of its own still comes from its visitor, whose login may be a cookie. */
const bothCookies = (own?: string, more?: string): Record<string, string> =>
  own && more && own !== more ? { cookie: `${own}; ${more}` } : {}

/**
 * Sends exactly this path, without normalising it, from the visitor's own loopback address, and follows no
 * redirect. A stream of events never ends: it is read for a limited time, and closed.
 *
 * @throws NoAnswer if no answer is complete in time, or it is longer than 64 MiB
 */
export function ask(base: string, method: string, path: string, options: Ask = {}): Promise<Answer> {
  const { as, body, timeout = 15_000 } = options
  const { hostname, port } = new URL(base)
  const json = typeof body === 'object' && body !== null && !Buffer.isBuffer(body)
  const payload = body === undefined ? undefined : json ? JSON.stringify(body) : (body as string | Buffer)
  const { headers, localAddress } = senderAt(as?.address, {
    ...(payload !== undefined && { 'content-length': String(Buffer.byteLength(payload)) }),
    ...(json && { 'content-type': 'application/json' }),
    ...as?.headers,
    ...options.headers,
    ...bothCookies(as?.headers.cookie, options.headers?.cookie),
  })
  const started = performance.now()
  return new Promise((resolve, reject) => {
    // A response that is cut off says "aborted", whatever has cut it off.
    let why: Error | undefined
    const failed = (what: string) => (cause: Error) =>
      reject(new NoAnswer(`${what} ${method} ${path}: ${(why ?? cause).message}`, method, path, cause))
    const cut = (reason: string) => {
      why = new Error(reason)
      sent.destroy(why)
    }
    const sent = request(
      { hostname, port, method, path, headers, localAddress, agent: false, timeout },
      (res) => {
        clearTimeout(silent)
        res.on('error', failed('half an answer to'))
        received(res, cut, (came) => {
          clearTimeout(late)
          resolve({ ...came, ms: performance.now() - started })
        })
      },
    )
    const silent = options.isStream
      ? setTimeout(() => {
          sent.destroy()
          resolve(emptyStream(performance.now() - started))
        }, STREAM.silent)
      : undefined
    const late = setTimeout(() => cut(`no end within ${timeout} ms`), timeout)
    sent.on('timeout', () => cut(`nothing within ${timeout} ms`))
    sent.on('close', () => {
      clearTimeout(late)
      clearTimeout(silent)
    })
    sent.on('error', failed('no answer to'))
    sent.end(payload)
  })
}

/** Reads an answer until its end. @param cut ends it as too long */
function received(
  res: IncomingMessage,
  cut: (reason: string) => void,
  done: (answer: Omit<Answer, 'ms'>) => void,
): void {
  const chunks: Buffer[] = []
  let bytes = 0
  res.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MOST_BYTES) cut(`no end within ${MOST_BYTES} bytes`)
    else chunks.push(chunk)
  })
  const isStream = isEventStream(res.headers)
  const end = () => {
    const came = Buffer.concat(chunks).toString('utf8')
    const body = isStream ? withoutHeartbeats(came) : withoutNonces(came, res.headers)
    const asSent = !isStream && body !== came && { asSent: came }
    done({ status: res.statusCode ?? 0, headers: res.headers, body, json: jsonIn(body), ...asSent })
  }
  if (isStream) cutStream(res, end)
  else res.on('end', end)
}

const emptyStream = (ms: number): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream' },
  body: '',
  json: undefined,
  ms,
})

/** Reads a stream until it ends, is quiet, or its time is over; then closes it. */
function cutStream(res: IncomingMessage, done: () => void): void {
  let isOver = false
  const over = () => {
    if (isOver) return
    isOver = true
    clearTimeout(most)
    clearTimeout(quiet)
    res.destroy()
    done()
  }
  const most = setTimeout(over, STREAM.most)
  let quiet = setTimeout(over, STREAM.most)
  res.on('data', (chunk: Buffer) => {
    if (withoutHeartbeats(chunk.toString('utf8')) === '') return
    clearTimeout(quiet)
    quiet = setTimeout(over, STREAM.quiet)
  })
  for (const event of ['end', 'error', 'close']) res.on(event, over)
}

/** A text as one word of a shell. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/**
 * Returns a command line that repeats the request. The credential is a shell variable that the reader fills
 * in, `OWNER_TOKEN` or `OTHER_TOKEN`.
 *
 * @param options `open`: headers that hold no secret, whatever their names
 */
export function curl(
  base: string,
  method: string,
  path: string,
  options: Ask & { open?: Record<string, string> } = {},
): string {
  const plain = ([name, value]: [string, string]) => `-H ${shellQuoted(`${name}: ${value}`)}`
  const token = `$${(options.as?.name ?? 'its').toUpperCase()}_TOKEN`
  const hidden = ([name, value]: [string, string]) =>
    `-H "${name}: ${/^Bearer /.test(value) ? 'Bearer ' : ''}${token}"`
  const isSecret = ([name]: [string, string]) => /^(authorization|cookie)$/i.test(name)
  const { as, headers = {}, open = {}, body } = options
  const data =
    body === undefined
      ? []
      : typeof body === 'object'
        ? ["-H 'content-type: application/json'", `--data-raw ${shellQuoted(JSON.stringify(body))}`]
        : [`--data-raw ${shellQuoted(String(body))}`]
  return [
    'curl -i -g --path-as-is',
    method === 'GET' ? '' : method === 'HEAD' ? '--head' : `-X ${method}`,
    ...Object.entries(as?.headers ?? {}).map(hidden),
    ...Object.entries(headers).map((header) => (isSecret(header) ? hidden(header) : plain(header))),
    ...Object.entries(open).map(plain),
    ...data,
    shellQuoted(base + path),
  ]
    .filter(Boolean)
    .join(' ')
}
