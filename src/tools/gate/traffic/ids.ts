import type { Exchange } from './exchange.js'

/** A request of the baseline, with or without its answer. */
export type Asked = Pick<Exchange, 'method' | 'path' | 'route' | 'request'>

const ID_KEY = /(^|_)ids?(\[\d*\])?$|[a-z]Ids?(\[\d*\])?$/
/** Whether a member of that name holds an id. */
export const isIdName = (name: string) => ID_KEY.test(name)
const PARAMETER = /^[:*]/

/**
 * Another id for one that stands at `place`: the name of its member or field; in a path the segment before
 * it; '' where nothing says what it is.
 */
export type Swap = (id: string, place: string) => string

/**
 * The request with every id it names (path parameters, id-like query and body members, first cells of an
 * uploaded table) passed through `swap`.
 */
export function swapIds<Request extends Asked>(request: Request, swap: Swap): Request {
  const path = swapPath(request, swap)
  return { ...request, path, request: { ...request.request, body: swapBody(request.request, swap) } }
}

/** The ids that stand under id-like names in JSON text, passed through `swap`; other text as it is. */
export function swapIdsIn(text: string, swap: Swap): string {
  try {
    return JSON.stringify(swapJson(JSON.parse(text), null, swap))
  } catch {
    return text
  }
}

/** Which segments are ids is the route's knowledge: those it declares as parameters. */
function swapPath({ path, route }: Asked, swap: Swap): string {
  const [pathname, search] = path.split('?') as [string, string | undefined]
  const declared = route?.slice(route.indexOf(' ') + 1).split('/') ?? []
  const segments = pathname
    .split('/')
    .map((segment, at) =>
      PARAMETER.test(declared[at] ?? '') ? swap(segment, declared[at - 1] ?? '') : segment,
    )
  if (search === undefined) return segments.join('/')
  return `${segments.join('/')}?${swapFields(search, swap)}`
}

const swapFields = (text: string, swap: Swap) =>
  withFields(text, (name, value) => (ID_KEY.test(name) ? swap(value, name) : value))

/** The fields of a form or query with another value each; a name may come twice. */
export function withFields(text: string, other: (name: string, value: string) => string): string {
  const given = [...new URLSearchParams(text)]
  return String(
    new URLSearchParams(given.map(([name, value]): [string, string] => [name, other(name, value)])),
  )
}

function swapBody({ body, contentType }: Asked['request'], swap: Swap): string | null {
  if (body === null) return null
  if (/json/.test(contentType ?? '')) return swapIdsIn(body, swap)
  if (/urlencoded/.test(contentType ?? '')) return swapFields(body, swap)
  const parts = body.replace(
    /(\bname="([^"]+)"\r?\n\r?\n)([^\r\n]+)(?=\r?\n--)/g,
    (whole, head: string, name: string, value: string) =>
      ID_KEY.test(name) ? head + swap(value, name) : whole,
  )
  // Uploaded tables: a whole cell that is a known id, in the first column.
  return parts.replace(/^([\w-]+)(?=,)/gm, (cell) => swap(cell, ''))
}

function swapJson(value: unknown, place: string | null, swap: Swap): unknown {
  if (Array.isArray(value)) return value.map((one) => swapJson(one, place, swap))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        swapJson(inner, ID_KEY.test(key) ? key : null, swap),
      ]),
    )
  if (place === null || (typeof value !== 'number' && typeof value !== 'string')) return value
  const swapped = swap(String(value), place)
  return typeof value === 'number' ? Number(swapped) : swapped
}
