import type { IncomingMessage } from 'node:http'
import { isSecretName } from '../../redaction/secret-names.js'
import { type Found, printable } from '../../redaction/secrets-in-flight.js'

/** Cookies and values in an address this short are settings ("dark", "en") or words, not credentials. */
const SHORTEST = 8
/** A body is looked at this far: levels, values. */
const DEEPEST = 24
const MOST = 2_000
const CREDENTIAL_HEADERS = /^(?:authorization|proxy-authorization|x-.*(?:key|token|secret|auth)|.*api-?key)$/

/** The secrets in a request's headers and query: credentials, cookies, `?token=…`. */
export function secretsOfHead(req: IncomingMessage): string[] {
  const found: string[] = []
  for (const name in req.headers) {
    const value = String(req.headers[name] ?? '')
    if (name === 'cookie') found.push(...ofCookies(value))
    else if (CREDENTIAL_HEADERS.test(name) || isSecretName(name)) found.push(...ofCredential(value))
  }
  const query = req.url?.indexOf('?') ?? -1
  if (query >= 0)
    for (const [key, value] of new URLSearchParams(req.url!.slice(query + 1)))
      if (value.length >= SHORTEST && isSecretName(key.replace(/[\]'"]+$/, ''))) found.push(value)
  return found
}

function ofCookies(header: string): string[] {
  return header.split(';').flatMap((pair) => {
    const value = pair
      .slice(pair.indexOf('=') + 1)
      .trim()
      .replace(/^"|"$/g, '')
    return value.length >= SHORTEST ? [value, decoded(value)] : []
  })
}

function ofCredential(value: string): string[] {
  const [, scheme, rest] = /^([\w-]+) +(.+)$/.exec(value) ?? []
  if (!scheme || !rest) return [value]
  if (scheme.toLowerCase() !== 'basic') return [rest]
  const pair = Buffer.from(rest, 'base64').toString()
  return [rest, pair, pair.slice(pair.indexOf(':') + 1)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Whether a body was announced; of a request that has none nothing more is to be learnt (RFC 9112, 6.3). */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * What the app's own parser made of the body, looked through for values under secret names, and for texts with
 * control characters, those of the head included. The stream itself is never touched.
 */
export function secretsOfBody(req: IncomingMessage & { body?: unknown; query?: unknown }): Found {
  const found: Found = {
    secrets: [],
    unprintable: [],
    final: !hasBody(req) || (req.complete && req.body !== undefined),
  }
  let left = MOST
  const lookAtText = (text: string): void => {
    if (text.length > 3 && text.length <= 2_000 && printable(text) !== text) found.unprintable.push(text)
  }
  const look = (value: unknown, named: boolean, depth: number): void => {
    if (left-- <= 0 || depth > DEEPEST) return
    if (typeof value === 'string') {
      if (named) found.secrets.push(value)
      lookAtText(value)
    } else if (Array.isArray(value)) for (const one of value) look(one, named, depth + 1)
    else if (value && typeof value === 'object' && !ArrayBuffer.isView(value))
      for (const key of Object.keys(value)) {
        lookAtText(key)
        look((value as Record<string, unknown>)[key], named || isSecretName(key), depth + 1)
      }
  }
  try {
    for (const value of Object.values(req.headers)) look(value, false, 0)
    look(req.body, false, 0)
    const query = req.url?.indexOf('?') ?? -1
    if (query >= 0)
      for (const [, value] of new URLSearchParams(req.url!.slice(query + 1))) look(value, false, 0)
  } catch {
    // A body whose members throw when read: nothing of it can be printed either.
  }
  return found
}
