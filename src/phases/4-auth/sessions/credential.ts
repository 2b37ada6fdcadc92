import type { IncomingMessage } from 'node:http'
import { Problem } from '../../../core/problem.js'
import { isNamed, removeHeader } from '../../../express/remove-header.js'
import type { AccessTokens } from './access-token.js'
import { isToken } from './tokens/token-text.js'

/** The credentials in a request; null for each that usertwo does not find. */
export interface Credential {
  /** the token in the header; `''` when the header is there but contains nothing that could be a token */
  header: string | null
  cookie: string | null
  /** the device cookie; null if there are several */
  device: string | null
  /** the cookie of a browser that asked for a link that logs in; null without exactly one */
  link: string | null
}

export interface CredentialPlaces {
  /** header name, lower case */
  header: string
  /** cookie names */
  cookie: string
  device: string
  link: string
}

const BEARER = /^bearer[ \t]/i
const ONE_TOKEN = /^bearer ([A-Za-z0-9._~+/=-]+)$/i

/** A browser sends a login cookie for each path and domain it was set for, and nothing says which one is meant. */
export class SeveralCookies extends Problem {
  constructor() {
    super('invalid_request', 'Send one login cookie, not several.')
  }
}

/**
 * Reads usertwo's credentials and removes them from the request, so that the app can neither log nor report
 * them. Other cookies, and a header with something of the app's own, stay.
 *
 * @param headerIsOurs from phase 6 every bearer header is usertwo's; below, only one with a usertwo token
 * @throws Problem `invalid_request` when there are two of one kind: the first would win by accident
 */
export function takeCredential(
  req: IncomingMessage,
  places: CredentialPlaces,
  tokens: AccessTokens,
  headerIsOurs: boolean,
): Credential {
  const sent = valuesOf(req, places.header)
  const mine = sent.filter(
    (value) =>
      BEARER.test(value) &&
      (headerIsOurs || value.split(/[ \t,]+/).some((word) => isToken(word) || tokens.isOurs(word))),
  )
  if (mine.length > 0) removeHeader(req, places.header)
  const { ours, devices, links } = takeCookies(req, places)
  if (mine.length > 0 && sent.length > 1) throw new Problem('invalid_request', 'Send one login, not several.')
  if (ours.length > 1) throw new SeveralCookies()
  const [header] = mine
  const [cookie] = ours
  return {
    header: header === undefined ? null : (ONE_TOKEN.exec(header)?.[1] ?? ''),
    cookie: cookie === undefined ? null : cookieText(cookie),
    device: onlyOne(devices),
    link: onlyOne(links),
  }
}

const onlyOne = (pairs: readonly string[]) => (pairs.length === 1 ? cookieText(pairs[0]!) : null)

const NO_COOKIES = { ours: [] as string[], devices: [] as string[], links: [] as string[] }

function takeCookies(req: IncomingMessage, places: CredentialPlaces): typeof NO_COOKIES {
  const pairs = cookiePairs(req)
  if (pairs.length === 0) return NO_COOKIES
  const [ours, devices, links, kept]: [string[], string[], string[], string[]] = [[], [], [], []]
  for (const pair of pairs) {
    const name = cookieName(pair)
    if (name === places.cookie) ours.push(pair)
    else if (name === places.device) devices.push(pair)
    else if (name === places.link) links.push(pair)
    else if (trimmed(pair)) kept.push(trimmed(pair))
  }
  if (ours.length + devices.length + links.length > 0) replaceHeader(req, 'cookie', kept.join('; '))
  return { ours, devices, links }
}

/** The cookies of a request as sent, each `name=value`. */
export const cookiePairs = (req: IncomingMessage) =>
  valuesOf(req, 'cookie').flatMap((line) => line.split(';'))

export const cookieText = (pair: string) => trimmed(pair.slice(pair.indexOf('=') + 1))

export function cookieName(pair: string): string {
  const end = pair.indexOf('=')
  return trimmed(end < 0 ? pair : pair.slice(0, end))
}

/**
 * Removes the space and tab that RFC 6265 allows around a pair, and nothing else: to a browser
 * `\xA0__Host-usertwo` is another name, which a sibling host may set. (`trim` removes 25 characters.)
 */
export function trimmed(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isBlank(text.charCodeAt(from))) from++
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

const isBlank = (code: number) => code === 0x20 || code === 0x09

/** Every value of a header as sent: `req.headers` keeps only the first Authorization. */
function valuesOf(req: IncomingMessage, name: string): string[] {
  const found: string[] = []
  for (let i = 0; i < req.rawHeaders.length; i += 2)
    if (isNamed(req.rawHeaders[i]!, name)) found.push(req.rawHeaders[i + 1]!)
  return found
}

export function replaceHeader(req: IncomingMessage, name: string, value: string): void {
  removeHeader(req, name)
  if (!value) return
  req.headers[name] = value
  req.headersDistinct[name] = [value]
  req.rawHeaders.push(name, value)
}
