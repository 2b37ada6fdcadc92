import { FAR } from '../../../gate/ranges.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'

type Request = Pick<Exchange, 'method' | 'path' | 'route' | 'request'>

const ID_KEY = /(^|_)ids?$|[a-z]Ids?$/
const PARAMETER = /^[:*]/

/** An id that no table will ever have, of the same kind as the one it stands for. */
function missing(id: string): string {
  if (/^\d+$/.test(id)) return '987654321'
  return id.replace(/[0-9a-f]/gi, (digit) => (digit === '0' ? '1' : '0'))
}

/**
 * The request with every id that is one of `known` (its path parameters, id-like query and body members, and columns
 * of an uploaded table) replaced by one that does not exist; null when it names none.
 */
export function withMissingIds(request: Request, known: ReadonlySet<string>): Swapped | null {
  return withIds(request, known, missing)
}

/** The same request with the ids of the second person's copies, see `mirror`; null when it names none. */
export function withOwnIds(request: Request, known: ReadonlySet<string>): Swapped | null {
  return withIds(request, known, (id) => (/^\d+$/.test(id) ? String(Number(id) + FAR) : id))
}

interface Swapped {
  request: Request
  /** what was replaced, by what */
  ids: Map<string, string>
  /** where it names them */
  named: { path: boolean; body: boolean }
}

/** The same request with each known id spelled as `other` says; null when it names none. */
export function withIds(
  request: Request,
  known: ReadonlySet<string>,
  other: (id: string) => string,
): Swapped | null {
  const ids = new Map<string, string>()
  const swap = (id: string) => {
    if (!known.has(id)) return id
    ids.set(id, other(id))
    return other(id)
  }
  const path = swapPath(request, swap)
  const inPath = ids.size
  const body = swapBody(request.request, swap)
  const named = { path: inPath > 0, body: ids.size > inPath }
  return ids.size
    ? { request: { ...request, path, request: { ...request.request, body } }, ids, named }
    : null
}

/** Which segments are ids is the route's knowledge: those it declares as parameters. */
function swapPath({ path, route }: Request, swap: (id: string) => string): string {
  const [pathname, search] = path.split('?') as [string, string | undefined]
  const declared = route?.slice(route.indexOf(' ') + 1).split('/') ?? []
  const segments = pathname
    .split('/')
    .map((segment, at) => (PARAMETER.test(declared[at] ?? '') ? swap(segment) : segment))
  if (search === undefined) return segments.join('/')
  const query = new URLSearchParams(search)
  for (const [name, value] of [...query]) if (ID_KEY.test(name)) query.set(name, swap(value))
  return `${segments.join('/')}?${query}`
}

function swapBody({ body, contentType }: Request['request'], swap: (id: string) => string): string | null {
  if (body === null) return null
  if (/json/.test(contentType ?? '')) {
    try {
      return JSON.stringify(swapJson(JSON.parse(body), false, swap))
    } catch {
      return body
    }
  }
  // Forms and uploaded tables: a whole cell that is a known id, in the first column.
  return body.replace(/^(\d+)(?=,)/gm, (cell) => swap(cell))
}

function swapJson(value: unknown, isId: boolean, swap: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => swapJson(one, isId, swap))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, swapJson(inner, ID_KEY.test(key), swap)]),
    )
  if (!isId || (typeof value !== 'number' && typeof value !== 'string')) return value
  const swapped = swap(String(value))
  return typeof value === 'number' ? Number(swapped) : swapped
}

/** The numbers that stand under id-like names in a JSON answer. */
export function idsIn(body: string): string[] {
  return valuesUnder(body, (key) => ID_KEY.test(key))
}

/** The numbers and texts that stand under a member of such a name in a JSON answer, as text. */
export function valuesUnder(body: string, wanted: (key: string) => boolean): string[] {
  const found: string[] = []
  const walk = (value: unknown, isWanted: boolean): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, isWanted)
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, wanted(key))
    else if (isWanted && (typeof value === 'number' || typeof value === 'string')) found.push(String(value))
  }
  try {
    walk(JSON.parse(body), false)
  } catch {
    // Not JSON: its ids cannot be told from other numbers; the canaries look at it.
  }
  return found
}
