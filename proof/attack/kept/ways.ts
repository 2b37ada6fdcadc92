import { withParameters } from '../../../reading/routes/segments.js'
import { isEventStream } from '../../gate/app/http.js'
import type { NamesRead } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { Asked } from '../../gate/traffic/ids.js'
import { pathWithFields } from '../synthesised/by-names.js'

/** A request that an app may answer in another way than the recorded one. */
export interface Way extends Omit<Asked, 'route'> {
  /** as a report says it: `by HEAD` */
  how: string
  headers: Record<string, string>
}

/** Media types that answers are often offered in. */
const TYPES = ['application/json', 'text/html', 'text/csv', 'text/plain', 'application/xml']
/** Members of a query that choose the form of an answer, and usual values of them. */
const FORM = /format|type|view|mode|^(?:as|output|alt)$/i
const FORMS = ['json', 'csv', 'text', 'html', 'xml']
/** The maximum of members of a query that are varied. */
const MEMBERS = 5
/** How a report names a request without a query. */
export const BARE = 'without a query'
const VERBS = ['PATCH', 'PUT', 'POST']
const NONE: Asked['request'] = { contentType: null, body: null }

/** The same request once more, with these members in its query. */
export const onceMore = (asked: Asked, fields: Record<string, string> = {}): Way => ({
  ...asked,
  path: pathWithFields(asked.path, fields),
  how: 'again',
  headers: { accept: '*/*' },
})

/** Returns the verbs that may be answered at each address, whatever it declares. */
export const verbsOf = ({ path }: Pick<Exchange, 'path'>): Way[] =>
  ['HEAD', 'OPTIONS'].map((method) => ({
    how: `by ${method}`,
    method,
    path: path.split('?')[0]!,
    request: NONE,
    headers: { accept: '*/*' },
  }))

/**
 * Returns the ways to read an address. Those that change least in the process come first: a later one may replace what an
 * earlier caller has left there.
 *
 * @param names what the app reads of the request
 * @param text a value for members that take any; the owner's is a mark
 * @param declared the methods that the app declares for its path
 * @param cookies the names of those of the app
 */
export function waysToRead(
  { path, route, response }: Pick<Exchange, 'path' | 'route' | 'response'>,
  names: NamesRead,
  text: string,
  declared: ReadonlySet<string>,
  cookies: readonly string[] = [],
): Way[] {
  const bare = path.split('?')[0]!
  const way = (how: string, more: Partial<Way> = {}): Way => ({
    how,
    method: 'GET',
    path: bare,
    request: NONE,
    headers: { accept: '*/*' },
    ...more,
  })
  const unlike = VERBS.find((verb) => !declared.has(verb))
  const cookie = cookies.map((name) => `${name}=${text}`).join('; ')
  const first = [
    ...verbsOf({ path }),
    // An answer that is kept may set the cookies of the first who got it.
    ...(cookie ? [way('with its cookies', { headers: { accept: '*/*', cookie } })] : []),
    way(BARE),
  ]
  if (isEventStream({ 'content-type': response.contentType ?? undefined }))
    return [...first, way('as a client that reconnects', { headers: { 'last-event-id': '0' } })]
  const members = names.query.slice(0, MEMBERS).flatMap((name) => {
    const values = ['', text, '1', ...(FORM.test(name) ? FORMS : [])]
    const by = (query: string) => `${bare}?${query}`
    const key = encodeURIComponent(name)
    return [
      ...values.map((value) =>
        way(`with ${name}=${value === text ? '…' : value}`, {
          path: by(`${key}=${encodeURIComponent(value)}`),
        }),
      ),
      way(`with ${name} twice`, { path: by(`${key}=${text}&${key}=${text}`) }),
    ]
  })
  // What reads no member may still note the address.
  const unread = members.length ? [] : [way('with q=…', { path: `${bare}?q=${text}` })]
  return [
    ...first,
    ...members,
    ...unread,
    ...(names.headers.includes('accept') ? TYPES : []).map((accept) =>
      way(`as ${accept}`, { path, headers: { accept } }),
    ),
    ...absent(bare, route, text).map((one) => way('about a row that does not exist', { path: one })),
    ...(unlike && !declared.has('ALL') ? [way(`by ${unlike}`, { method: unlike })] : []),
  ]
}

/**
 * Returns the ways to send a write that the app should refuse: without a body, with members of another type, cut
 * off, and about a row that does not exist.
 *
 * @param text what members contain; the owner's is a mark
 */
export function waysToFail({ method, path, route, request }: Exchange, text: string): Way[] {
  const way = (how: string, body: string | null, at = path): Way => ({
    how,
    method,
    path: at,
    request: { contentType: request.contentType, body },
    headers: { accept: '*/*' },
  })
  const { contentType, body } = request
  const rows = absent(path, route, text).map((one) => way('about a row that does not exist', body, one))
  if (body === null || /multipart/.test(contentType ?? '')) return [way('without a body', null), ...rows]
  const bodies = wrongBodies(contentType ?? '', body, text)
  return [
    ...bodies.map(([how, wrong]) => way(how, wrong)),
    ...rows,
    way('with a body that is cut off', `${body.slice(0, -1)}${text}`),
  ]
}

/** Returns the first segments of these paths: below each of them another function may answer unknown paths. */
export function prefixesOf(paths: readonly string[]): string[] {
  const first = paths.flatMap((path) => {
    const parts = path.split('?')[0]!.split('/')
    return parts.length > 2 ? [`/${parts[1]}`] : []
  })
  return ['', ...new Set(first)]
}

/** Returns the ways to ask for unknown paths, at the root and below each of these prefixes. */
export function waysToNowhere(prefixes: readonly string[], text: string): Way[] {
  return prefixes.flatMap((prefix) =>
    ['text/html', 'application/json'].map((accept) => ({
      how: `at an unknown path, as ${accept}`,
      method: 'GET',
      path: `${prefix}/usertwo-${text}`,
      request: NONE,
      headers: { accept },
    })),
  )
}

function wrongBodies(contentType: string, body: string, text: string): [how: string, body: string][] {
  if (/urlencoded/.test(contentType)) {
    const names = [...new URLSearchParams(body).keys()]
    const wrong = new URLSearchParams(names.map((name): [string, string] => [`${name}[]`, text]))
    return [
      ['with nothing in its body', ''],
      ['with members of another type', String(wrong)],
    ]
  }
  try {
    const fields: unknown = JSON.parse(body)
    if (typeof fields !== 'object' || fields === null) return []
    const names = Object.keys(fields)
    const all = (value: unknown) => JSON.stringify(Object.fromEntries(names.map((name) => [name, value])))
    return [
      ['with nothing in its body', '{}'],
      ['with members of another type', all([text])],
      ['with texts that are too long', all(text.padEnd(5_000, '.'))],
    ]
  } catch {
    return []
  }
}

/** Returns the path with its last parameter in values that no row has; empty if it has none. */
function absent(path: string, route: string | null, text: string): string[] {
  const declared = route?.slice(route.indexOf(' ') + 1).split('/') ?? []
  const at = declared.findLastIndex((segment) => segment.includes(':'))
  const [plain = '', query] = path.split('?')
  const sent = plain.split('/')
  if (at < 0 || sent.length !== declared.length) return []
  // A route may take uuids alone.
  const uuid = /^(.*(?:-[\da-f]{4}){3}-)[\da-f]{12}$/i.exec(sent[at]!)
  return [uuid ? `${uuid[1]}ffffffffffff` : '2000000000', text].map((value) => {
    const parts = sent.with(
      at,
      withParameters(declared[at]!, sent[at]!, () => value),
    )
    return [parts.join('/'), ...(query === undefined ? [] : [query])].join('?')
  })
}
