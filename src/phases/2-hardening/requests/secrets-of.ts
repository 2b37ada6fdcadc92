import type { IncomingMessage } from 'node:http'
import { decoded } from '../../../core/decoded.js'
import { isSecretName } from '../../../redaction/secret-names.js'
import { type FoundSecret, isPrintable } from '../../../redaction/secrets-in-flight.js'

/** Cookies and values in an address this short are settings ("dark", "en") or words, not credentials. */
const SHORTEST = 8
/** A body is looked at this far: levels, values. */
const DEEPEST = 24
const MOST = 2_000
const CREDENTIAL_HEADERS = /^(?:authorization|proxy-authorization|x-.*(?:key|token|secret|auth)|.*api-?key)$/

/** What the name of a header says it holds. */
type Holds = 'cookies' | 'credential' | 'else'

/** Of names that came lately: the next request brings the same. */
const known = new Map<string, Holds>()
const MOST_KNOWN = 1_000
const LONGEST_KNOWN = 64

function holds(name: string): Holds {
  const found = known.get(name)
  if (found) return found
  const lower = name.toLowerCase()
  const said =
    lower === 'cookie'
      ? 'cookies'
      : CREDENTIAL_HEADERS.test(lower) || isSecretName(lower)
        ? 'credential'
        : 'else'
  if (known.size >= MOST_KNOWN) known.clear()
  if (name.length <= LONGEST_KNOWN) known.set(name, said)
  return said
}

/**
 * What a request's headers and query hold of secrets (credentials, cookies, `?token=…`), and of control characters; of
 * those its path too, whole and by segment, since an app may print a parameter of it.
 *
 * @param headers names and values in turn, as they came
 */
export function secretsOfHead(url: string, headers: readonly string[]): FoundSecret {
  const found: FoundSecret = { secrets: [], unprintable: [], final: true }
  for (let at = 0; at < headers.length; at += 2) {
    const value = headers[at + 1]!
    const what = holds(headers[at]!)
    if (what === 'cookies') ofCookies(value, found.secrets)
    else if (what === 'credential') found.secrets.push(...ofCredential(value))
    noteUnprintable(value, found)
  }
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  // Only what is written with `%` can be a control character here (RFC 9112, 3.2).
  if (path.includes('%'))
    for (const part of [path.slice(1), ...path.split('/')]) noteUnprintable(decoded(part), found)
  if (query >= 0)
    for (const [key, value] of new URLSearchParams(url.slice(query + 1))) {
      if (value.length >= SHORTEST && isSecretName(key.replace(/[\]'"]+$/, ''))) found.secrets.push(value)
      noteUnprintable(value, found)
    }
  return found
}

function noteUnprintable(text: string, found: FoundSecret): void {
  if (text.length > 3 && text.length <= 2_000 && !isPrintable(text)) found.unprintable.push(text)
}

function ofCookies(header: string, secrets: string[]): void {
  for (const pair of header.split(';')) {
    let value = pair.slice(pair.indexOf('=') + 1).trim()
    if (value.includes('"')) value = value.replace(/^"|"$/g, '')
    if (value.length < SHORTEST) continue
    secrets.push(value)
    if (value.includes('%')) secrets.push(decoded(value))
  }
}

function ofCredential(value: string): string[] {
  const [, scheme, rest] = /^([\w-]+) +(.+)$/.exec(value) ?? []
  if (!scheme || !rest) return [value]
  if (scheme.toLowerCase() !== 'basic') return [rest]
  const pair = Buffer.from(rest, 'base64').toString()
  return [rest, pair, pair.slice(pair.indexOf(':') + 1)]
}

/** Whether a body was announced; of a request that has none nothing more is to be learnt (RFC 9112, 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * What the app's own parser made of the body, looked through for values under secret names, and for texts with control
 * characters. The stream itself is never touched.
 */
export function secretsOfBody(req: IncomingMessage & { body?: unknown }): FoundSecret {
  const found: FoundSecret = { secrets: [], unprintable: [], final: req.complete && req.body !== undefined }
  let left = MOST
  const look = (value: unknown, named: boolean, depth: number): void => {
    if (left-- <= 0 || depth > DEEPEST) return
    if (typeof value === 'string') {
      if (named) found.secrets.push(value)
      noteUnprintable(value, found)
    } else if (Array.isArray(value)) for (const one of value) look(one, named, depth + 1)
    else if (value && typeof value === 'object' && !ArrayBuffer.isView(value))
      for (const key of Object.keys(value)) {
        noteUnprintable(key, found)
        look((value as Record<string, unknown>)[key], named || isSecretName(key), depth + 1)
      }
  }
  try {
    look(req.body, false, 0)
  } catch {
    // A body whose members throw when read: nothing of it can be printed either.
  }
  return found
}
