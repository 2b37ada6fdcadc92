import { randomUUID } from 'node:crypto'
import { type ClientRequest, request } from 'node:http'
import { connect } from 'node:net'
import { type Answer, withoutNonces } from '../../gate/app/http.js'
import { senderAt } from '../../gate/app/loopback.js'
import type { Target, Visitor } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { BURST_HEADER } from '../../gate/preload/orders.js'
import type { Asked } from '../../gate/traffic/ids.js'

/** A request of a user. */
export interface BurstAnswer extends Pick<Asked, 'method' | 'path' | 'request'> {
  as: Visitor
}

/** How long one connection may take for all of its answers. Milliseconds. */
const PATIENCE_MS = 15_000

/**
 * Sends requests that reach the app in one tick, in this order as far as the network keeps it.
 *
 * @param address the client address for all of them; default: one each
 */
export function burst(
  target: Target,
  all: readonly BurstAnswer[],
  address?: string,
): Promise<(Answer | Error)[]> {
  const name = `${randomUUID()}/${all.length}`
  return Promise.all(all.map((one) => asked(target, one, name, address)))
}

/** Sends one request of the burst of that name. */
const asked = (
  target: Target,
  { as, method, path, request: sent }: BurstAnswer,
  name: string,
  address = nextAddress(),
): Promise<Answer | Error> =>
  target
    .ask(method, path, {
      as: { ...as, address },
      headers: { [BURST_HEADER]: name, ...typeOf(sent) },
      body: sent.body ?? undefined,
    })
    .catch((error: Error) => error)

/** Begins a request whose end, or whose client's, is up to the caller. Nothing waits for its answer. */
export function begun(
  target: Target,
  { as, method, path }: Pick<BurstAnswer, 'as' | 'method' | 'path'>,
  headers: Record<string, string>,
): ClientRequest {
  const { hostname, port } = new URL(target.url)
  const sender = senderAt(nextAddress(), { ...target.headersOf(as), ...headers })
  const sent = request({ hostname, port, method, path, agent: false, ...sender })
  return sent.on('error', () => {}).on('response', (res) => res.resume())
}

/**
 * Sends a burst whose first client goes away before its answer.
 *
 * @param ms until it goes
 * @returns the answers to the others
 */
export async function abandoned(
  target: Target,
  [gone, ...rest]: readonly BurstAnswer[],
  ms: number,
): Promise<(Answer | Error)[]> {
  const name = `${randomUUID()}/${rest.length + 1}`
  const sent = begun(target, gone!, { [BURST_HEADER]: name })
  sent.end()
  const late = setTimeout(() => sent.destroy(), ms)
  const answers = await Promise.all(rest.map((one) => asked(target, one, name)))
  clearTimeout(late)
  sent.destroy()
  return answers
}

/** Sends the requests one after the other. */
export async function inTurn(
  target: Target,
  all: readonly BurstAnswer[],
  address?: string,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const { as, method, path, request } of all)
    answers.push(
      await target.ask(method, path, {
        as: { ...as, address: address ?? nextAddress() },
        headers: typeOf(request),
        body: request.body ?? undefined,
      }),
    )
  return answers
}

/** Sends a burst on one connection, without waiting for an answer in between, as a proxy may. */
export async function pipelined(target: Target, all: readonly BurstAnswer[]): Promise<(Answer | Error)[]> {
  const { host } = new URL(target.url)
  const name = `${randomUUID()}/${all.length}`
  const address = nextAddress()
  const text = all.map(({ as, method, path, request }, at) => {
    const { headers } = senderAt(address, {
      host,
      ...target.headersOf(as),
      ...typeOf(request),
      [BURST_HEADER]: name,
      connection: at === all.length - 1 ? 'close' : 'keep-alive',
      ...(request.body !== null && { 'content-length': String(Buffer.byteLength(request.body)) }),
    })
    const lines = Object.entries(headers).map(([one, value]) => `${one}: ${value}\r\n`)
    return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${request.body ?? ''}`
  })
  const answers = await exchanged(target.url, senderAt(address, {}).localAddress, text.join(''))
  return all.map(({ method, path }, at) => answers[at] ?? new Error(`no answer to ${method} ${path}`))
}

const typeOf = ({ contentType }: Asked['request']): Record<string, string> =>
  contentType ? { 'content-type': contentType } : {}

function exchanged(url: string, localAddress: string | undefined, text: string): Promise<Answer[]> {
  const { hostname, port } = new URL(url)
  const started = performance.now()
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect({ port: Number(port), host: hostname, localAddress }, () => socket.write(text))
    socket
      .setTimeout(PATIENCE_MS, () => socket.destroy())
      .on('data', (chunk) => chunks.push(chunk))
      // A missing answer is found by its number.
      .on('error', () => {})
      .on('close', () => resolve(answersIn(Buffer.concat(chunks), performance.now() - started)))
  })
}

/** Returns the answers that came on one connection, in order. An incomplete one is left out. */
function answersIn(bytes: Buffer, ms: number): Answer[] {
  const found: Answer[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf('\r\n\r\n', at)
    if (end < 0) return found
    const [first = '', ...lines] = bytes.subarray(at, end).toString('latin1').split('\r\n')
    const headers: Record<string, string> = {}
    for (const line of lines) {
      const colon = line.indexOf(':')
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
    }
    const status = Number(first.split(' ')[1])
    const body = bodyAt(bytes, end + 4, status, headers)
    if (!body) return found
    at = body.end
    // 1xx only announces the answer.
    const text = withoutNonces(body.text, headers)
    if (status >= 200) found.push({ status, headers, body: text, json: parsed(text), ms })
  }
}

interface Body {
  text: string
  /** where the next answer begins */
  end: number
}

function bodyAt(
  bytes: Buffer,
  start: number,
  status: number,
  headers: Readonly<Record<string, string>>,
): Body | null {
  if (status < 200 || status === 204 || status === 304) return { text: '', end: start }
  if (/chunked/.test(headers['transfer-encoding'] ?? '')) return chunkedAt(bytes, start)
  const length = headers['content-length']
  // Until the connection ends.
  const end = length === undefined ? bytes.length : start + Number(length)
  return end > bytes.length ? null : { text: bytes.subarray(start, end).toString('utf8'), end }
}

function chunkedAt(bytes: Buffer, start: number): Body | null {
  const parts: Buffer[] = []
  for (let at = start; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return null
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16)
    const from = line + 2
    if (!(from + size + 2 <= bytes.length)) return null
    if (size === 0) return { text: Buffer.concat(parts).toString('utf8'), end: from + 2 }
    parts.push(bytes.subarray(from, from + size))
    at = from + size + 2
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
