import { FAR } from '../../../gate/ranges.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import { withIds } from './slots.js'

type Request = Pick<Exchange, 'method' | 'path' | 'route' | 'request'>

/** One request in two forms that must be answered alike: aimed at a row of the owner's, and at one that never was. */
export interface Pair {
  name: string
  foreign: Request & { headers?: Record<string, string> }
  missing: Request & { headers?: Record<string, string> }
  /** how the ids are spelled in each */
  ids: Map<string, string>
}

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Ways to write an id that some parser takes for the id. */
const SPELLINGS: Record<string, (id: string) => string> = {
  'percent-encoded': (id) => [...id].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(''),
  'with a space before it': (id) => `%20${id}`,
  'as a float': (id) => `${id}.0`,
  'with an exponent': (id) => `${id}e0`,
  'with a zero before it': (id) => `0${id}`,
  'with a sign': (id) => `%2B${id}`,
  'with a line end': (id) => `${id}%0A`,
  'twice encoded': (id) => [...id].map((c) => `%25${c.charCodeAt(0).toString(16)}`).join(''),
}

/** Ways to put an id into JSON. */
const SHAPES: Record<string, (id: number | string) => unknown> = {
  'as text': String,
  'as text with a space': (id) => ` ${id}`,
  'in an array': (id) => [id],
  'in an object': (id) => ({ id }),
  'as a float in text': (id) => `${id}.0`,
}

/** Every disguise of a request that names rows of the owner's; `known` are their keys, `owner` and `me` users. */
export function disguisesOf(request: Request, known: ReadonlySet<string>, owner: string): Pair[] {
  const plain = withIds(request, known, (id) => id)
  if (!plain) return []
  const named = [...plain.ids.keys()]
  const inPath = plain.named.path
  const verbs = (inPath ? VERBS : []).filter((verb) => verb !== request.method)
  const spelled = Object.entries(inPath ? SPELLINGS : {})
  const shaped = Object.entries(isJson(request) && !inPath ? SHAPES : {})
  const pair = (name: string, change: (one: Request, id: string) => Pair['foreign'], spell = same): Pair => {
    const missing = withIds(request, known, absent)!
    return {
      name,
      foreign: change(plain.request, named[0]!),
      missing: change(missing.request, absent(named[0]!)),
      ids: new Map(
        named.flatMap(
          (id) =>
            [
              [spell(id), spell(absent(id))],
              [id, absent(id)],
            ] as [string, string][],
        ),
      ),
    }
  }
  return [
    ...verbs.map((method) => pair(`by ${method}`, (one) => ({ ...one, method }))),
    ...spelled.map(([how, spell]) =>
      pair(
        how,
        (one) => ({
          ...one,
          path: withIds(one, new Set(named.flatMap((id) => [id, absent(id)])), spell)!.request.path,
        }),
        spell,
      ),
    ),
    ...shaped.map(([how, shape]) => pair(how, (one) => reshaped(one, named, shape))),
    ...(named.length > 1 ? named : []).map((id) => mixed(request, known, id)),
    pair('with the owner named in the query', (one) => ({
      ...one,
      path: `${one.path}${one.path.includes('?') ? '&' : '?'}user_id=${owner}&userId=${owner}`,
    })),
    pair('with the owner named in headers', (one) => ({
      ...one,
      headers: { 'x-user-id': owner, 'x-user': owner, 'x-http-method-override': 'DELETE' },
    })),
  ]
}

/** One id of the owner's, among others of one's own: a foreign child under an own parent, and the other way round. */
function mixed(request: Request, known: ReadonlySet<string>, foreign: string): Pair {
  const own = (id: string) => String(Number(id) + FAR)
  const among = (one: string) => withIds(request, known, (id) => (id === foreign ? one : own(id)))!.request
  return {
    name: `with the id ${foreign} among one's own`,
    foreign: among(foreign),
    missing: among(absent(foreign)),
    ids: new Map([[foreign, absent(foreign)]]),
  }
}

const same = (id: string) => id
const absent = (id: string) => (/^\d+$/.test(id) ? '987654321' : id)
const isJson = ({ request }: Request) => /json/.test(request.contentType ?? '') && request.body !== null

function reshaped(one: Request, named: readonly string[], shape: (id: number | string) => unknown): Request {
  const ids = new Set(named.flatMap((id) => [id, absent(id)]))
  const given = Object.entries(JSON.parse(one.request.body!) as Record<string, unknown>)
  const body = JSON.stringify(
    Object.fromEntries(
      given.map(([key, value]) => [
        key,
        (typeof value === 'number' || typeof value === 'string') && ids.has(String(value))
          ? shape(value)
          : value,
      ]),
    ),
  )
  return { ...one, request: { ...one.request, body } }
}
