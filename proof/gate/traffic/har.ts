import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ownVersion } from '../../../src/core/own-package.js'
import type { Exchange } from './exchange.js'

/** Where an app keeps its baseline, relative to its configuration. */
export const BASELINE_FILE = 'usertwo/baseline.har'

const LOCATION = 'Location'
const REDACTED = '[redacted]'

interface HarEntry {
  startedDateTime: string
  time: number
  request: {
    method: string
    url: string
    headers: HarHeader[]
    postData?: { mimeType: string; text: string }
  }
  response: {
    status: number
    headers?: HarHeader[]
    content: { mimeType: string; text: string; size: number }
  }
  _route: string | null
  _volatile?: string[]
}
interface HarHeader {
  name: string
  value: string
}

/** Writes exchanges as HAR 1.2, which browser tools open. `epoch` (ms) is the first entry's time. */
export function writeHar(file: string, exchanges: readonly Exchange[], epoch: number): void {
  const entries = exchanges.map((exchange, at) => ({
    startedDateTime: new Date(clockOf(epoch, at)).toISOString(),
    time: 0,
    request: {
      method: exchange.method,
      url: `http://localhost${exchange.path}`,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: (exchange.request.headers ?? []).map((name) => ({ name, value: REDACTED })),
      queryString: [...new URL(`http://localhost${exchange.path}`).searchParams].map(([name, value]) => ({
        name,
        value,
      })),
      ...(exchange.request.body !== null && {
        postData: { mimeType: exchange.request.contentType ?? '', text: exchange.request.body },
      }),
      headersSize: -1,
      bodySize: Buffer.byteLength(exchange.request.body ?? ''),
    },
    response: {
      status: exchange.response.status,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: exchange.response.location ? [{ name: LOCATION, value: exchange.response.location }] : [],
      content: {
        size: Buffer.byteLength(exchange.response.body),
        mimeType: exchange.response.contentType ?? '',
        text: exchange.response.body,
      },
      redirectURL: exchange.response.location ?? '',
      headersSize: -1,
      bodySize: Buffer.byteLength(exchange.response.body),
    },
    cache: {},
    timings: { send: 0, wait: 0, receive: 0 },
    _route: exchange.route,
    ...(exchange.volatile && { _volatile: exchange.volatile }),
  }))
  const log = { version: '1.2', creator: { name: 'usertwo', version: ownVersion() }, entries }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ log }, null, 1)}\n`)
}

/** @throws if the file is missing or is not a HAR file, with the command that makes one */
export function readHar(file: string): Exchange[] {
  let entries: HarEntry[]
  try {
    entries = (JSON.parse(readFileSync(file, 'utf8')) as { log: { entries: HarEntry[] } }).log.entries
  } catch (cause) {
    throw new Error(`no baseline at ${file}; record one with: usertwo baseline record`, { cause })
  }
  return entries.map(({ request, response, _route, _volatile }) => {
    const { pathname, search } = new URL(request.url)
    const location = response.headers?.find(({ name }) => name === LOCATION)?.value
    return {
      method: request.method,
      path: pathname + search,
      route: _route,
      ...(_volatile && { volatile: _volatile }),
      request: {
        contentType: request.postData?.mimeType ?? null,
        body: request.postData?.text ?? null,
        ...(request.headers?.length && { headers: request.headers.map(({ name }) => name) }),
      },
      response: {
        status: response.status,
        contentType: response.content.mimeType || null,
        body: response.content.text,
        ...(location && { location }),
      },
    }
  })
}

/**
 * Returns the app's time while it answers the exchange at this place: each exchange gets one second.
 * Milliseconds since 1970.
 */
export function clockOf(epoch: number, at: number): number {
  return epoch + 60_000 + at * 1_000
}
