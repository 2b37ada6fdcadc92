import { withParameters } from '../../../reading/routes/segments.js'
import type { Exchange } from './exchange.js'

/** A request of the baseline, with or without its answer. */
export type Asked = Pick<Exchange, 'method' | 'path' | 'route' | 'request'>

const ID_KEY = /(^|_)ids?(\[\d*\])?$|[a-z]Ids?(\[\d*\])?$/
/** Returns whether a member with that name holds an id. */
export const isIdName = (name: string) => ID_KEY.test(name)

/**
 * Returns another id for the one at `place`: the name of its member or field; in a path the segment before
 * it; '' if nothing names it.
 *
 * @param name in a path, the parameter
 */
export type Swap = (id: string, place: string, name?: string) => string

/**
 * Returns the request with every id that it names (path parameters, id-like query and body members, first
 * cells of an uploaded table) passed through `swap`.
 *
 * @param elsewhere for values under any other name: `assigned_to`
 */
export function swapIds<Request extends Asked>(request: Request, swap: Swap, elsewhere?: Swap): Request {
  const byName: Swap = (id, name) => (ID_KEY.test(name) ? swap : (elsewhere ?? asItIs))(id, name)
  const path = swapPath(request, swap, byName)
  return { ...request, path, request: { ...request.request, body: swapBody(request.request, swap, byName) } }
}

const asItIs: Swap = (id) => id

/** Passes the ids under id-like names in JSON text through `swap`; other text is unchanged. */
export function swapIdsIn(text: string, swap: Swap): string {
  return swapMembers(text, (id, name) => (ID_KEY.test(name) ? swap(id, name) : id))
}

function swapMembers(text: string, byName: Swap): string {
  try {
    return JSON.stringify(swapJson(JSON.parse(text), null, byName))
  } catch {
    return text
  }
}

/** What takes the rest of a path: `*` of Express 4, `*rest` and `{*rest}` of 5. */
const REST = /^\{?\*|^\(\.\*\)/
/** A segment, and the ending by which a framework names a form of it: `7.data`. */
const ENDING = /^([^.]+)(\.[a-z]+)?$/

/**
 * What the route declares as parameters are ids. A link may have an extra slash. Of a route that takes the rest of a path, each
 * segment may be one: a framework behind it has routes of its own.
 */
function swapPath({ path, route }: Asked, swap: Swap, byName: Swap): string {
  const [pathname, search] = path.split('?') as [string, string | undefined]
  const declared =
    route
      ?.slice(route.indexOf(' ') + 1)
      .split('/')
      .filter(Boolean) ?? []
  const rest = declared.findIndex((one) => REST.test(one))
  let [at, last] = [0, '']
  const segments = pathname.split('/').map((segment) => {
    if (segment === '') return segment
    const [here, before] = [at++, last]
    last = segment
    if (rest >= 0 && here >= rest)
      return segment.replace(ENDING, (_, id: string, ending = '') => swap(id, before) + ending)
    return withParameters(declared[here] ?? '', segment, (id, name) =>
      swap(id, declared[here - 1] ?? '', name),
    )
  })
  if (search === undefined) return segments.join('/')
  return `${segments.join('/')}?${withFields(search, (name, value) => byName(value, name))}`
}

/** Returns the fields of a form or query, each with another value; a name may occur twice. */
export function withFields(text: string, other: (name: string, value: string) => string): string {
  const given = [...new URLSearchParams(text)]
  return String(
    new URLSearchParams(given.map(([name, value]): [string, string] => [name, other(name, value)])),
  )
}

function swapBody({ body, contentType }: Asked['request'], swap: Swap, byName: Swap): string | null {
  if (body === null) return null
  if (/json/.test(contentType ?? '')) return swapMembers(body, byName)
  if (/urlencoded/.test(contentType ?? '')) return withFields(body, (name, value) => byName(value, name))
  const parts = body.replace(
    /(\bname="([^"]+)"\r?\n\r?\n)([^\r\n]+)(?=\r?\n--)/g,
    (_, head: string, name: string, value: string) => head + byName(value, name),
  )
  // In an uploaded table, a whole cell of the first column that is a known id.
  return parts.replace(/^([\w-]+)(?=,)/gm, (cell) => swap(cell, ''))
}

function swapJson(value: unknown, name: string | null, byName: Swap): unknown {
  if (Array.isArray(value)) return value.map((one) => swapJson(one, name, byName))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, swapJson(inner, key, byName)]),
    )
  if (name === null || (typeof value !== 'number' && typeof value !== 'string')) return value
  const swapped = byName(String(value), name)
  return typeof value === 'number' ? Number(swapped) : swapped
}
