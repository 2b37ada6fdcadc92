import type { Config } from '../../config/config.js'
import { ConfigError } from '../../core/config-error.js'
import { decoded } from '../../core/decoded.js'
import { sentPath } from '../path.js'
import { isParameter, readPattern } from '../pattern.js'

type Link = NonNullable<Config['routes']['links']>[string]

/** One entry of `routes.links`. */
export interface LinkRoute extends Link {
  /** as written: `GET /feeds/:token.ics` */
  text: string
  /** the path as declared, without the query */
  path: string
  /** the query's name for the token; null: the token is in the path */
  query: string | null
}

/** A request to a link. */
export interface AskedLink {
  link: LinkRoute
  /** null: what was sent cannot be a token */
  token: string | null
}

const LINK = /^(?:(?:GET|HEAD) )?(\/[^?\s]*)(?:\?([\w.~-]+)=:token)?$/
/** A segment with the token: what is before it, and behind. */
export const TOKEN_PLACE = /^([\w.~-]*):token((?:[.~-][\w.~-]*)?)$/
const OTHER = /^:\w+$/
/** One segment of a path, in characters that no reader decodes or splits (RFC 3986, 2.3), and base64's `=`. */
const SEGMENT = String.raw`(?!\.{1,2}(?:/|$))[\w.~=-]+`
/** A shorter value is a setting or a word, which the log would not mask, and not a secret. Characters. */
const TOKEN = /^[\x21-\x7e]{8,512}$/

/**
 * Reads `routes.links`.
 * @throws ConfigError with every invalid pattern
 */
export function linkRoutes({ auth, routes }: Pick<Config, 'auth' | 'routes'>): LinkRoute[] {
  const wrong: string[] = []
  const links = Object.entries(routes.links ?? {}).flatMap(([text, link]): LinkRoute[] => {
    const [, path, query = null] = LINK.exec(text) ?? []
    const parameters = path && readPattern(path) ? path.split('/').filter(isParameter) : null
    const places = parameters?.filter((one) => TOKEN_PLACE.test(one)).length
    const others = parameters?.filter((one) => !TOKEN_PLACE.test(one)) ?? []
    if (path === undefined || places !== (query === null ? 1 : 0) || !others.every((one) => OTHER.test(one)))
      wrong.push(
        `routes.links: "${text}" is not a path for GET with one :token in it, e.g. "GET /feeds/:token.ics" or "GET /export?key=:token"`,
      )
    else if (isParameter(path.split('/')[1]!))
      wrong.push(
        `routes.links: "${text}" would take every path of this length: put a fixed segment first, "/s/:token"`,
      )
    else if ([auth.mount, auth.pages].some((own) => path === own || path.startsWith(`${own}/`)))
      wrong.push(`routes.links: "${text}" is a path of usertwo's own`)
    else return [{ ...link, text, path, query }]
    return []
  })
  if (wrong.length > 0) throw new ConfigError('usertwo.config', wrong)
  return links
}

/**
 * Finds the link that a request is for. The path is compared as it was sent, byte by byte, as public routes are: another
 * case, an encoding or an extra slash makes it another path. With a token in the query, a request without that name is not
 * for the link either.
 */
export function askedLink(
  config: Pick<Config, 'auth' | 'routes'>,
): (req: { method?: string | undefined }, target: string) => AskedLink | null {
  const links = linkRoutes(config)
    .map((link) => ({ link, path: pathPattern(link) }))
    // `/s/:token.ics` before `/s/:token`.
    .sort((a, b) => b.link.path.length - a.link.path.length)
  return ({ method }, target) => {
    if (method !== 'GET' && method !== 'HEAD') return null
    const sent = sentPath(target)
    for (const { link, path } of links) {
      const found = path.exec(sent)
      if (!found) continue
      const given = link.query === null ? found[1]! : inQuery(target.slice(sent.length + 1), link.query)
      if (given !== undefined) return { link, token: given !== null && TOKEN.test(given) ? given : null }
    }
    return null
  }
}

/** The value of a name in a query; null: given more than once, so that the app may read another; undefined: not given. */
function inQuery(query: string, name: string): string | null | undefined {
  const given = [...new URLSearchParams(query)].filter(
    ([key]) => key.split(/[[.]/, 1)[0] === name || key === name,
  )
  if (given.length === 0) return undefined
  return given.length === 1 && given[0]![0] === name ? given[0]![1] : null
}

function pathPattern({ path }: LinkRoute): RegExp {
  const segments = path.split('/').map((segment) => {
    const [, before, after] = TOKEN_PLACE.exec(segment) ?? []
    if (before !== undefined) return `${escaped(before)}(${SEGMENT})${escaped(after!)}`
    return isParameter(segment) ? SEGMENT : escaped(segment)
  })
  return new RegExp(`^${segments.join('/')}$`)
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * Finds what may be the token of a link in a URL or a path, however it is spelled, for the log to mask: a wrong path with the right
 * token in it opens nothing and is logged.
 */
export function linkSecrets(config: Pick<Config, 'auth' | 'routes'>): (url: string) => string[] {
  const links = linkRoutes(config)
  const names = new Set(links.flatMap(({ query }) => query ?? []))
  const places = links.flatMap(({ path, query }) => (query === null ? [path.split('/').filter(Boolean)] : []))
  return (whole) => {
    const url = whole.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
    const sent = sentPath(url)
    const parts = sent.split('/').filter(Boolean)
    const found = [...new URLSearchParams(url.slice(sent.length + 1))].flatMap(([name, value]) =>
      names.has(name.split(/[[.]/, 1)[0]!) ? [value] : [],
    )
    for (const segments of places) {
      const at = segments.findIndex((one) => TOKEN_PLACE.test(one))
      const value = parts[at]
      if (value === undefined || !segments.slice(0, at).every((one, place) => isAlike(one, parts[place]!)))
        continue
      const [, before, after] = TOKEN_PLACE.exec(segments[at]!)!
      const isWhole = value.length > before!.length + after!.length
      found.push(
        value,
        decoded(value),
        ...(isWhole ? [value.slice(before!.length, value.length - after!.length)] : []),
      )
    }
    return found
  }
}

const isAlike = (declared: string, sent: string) =>
  isParameter(declared) || declared.toLowerCase() === decoded(sent).toLowerCase()
