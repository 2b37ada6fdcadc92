import { withParameters } from '../../../reading/routes/segments.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { missing } from '../fixture/id-mapping.js'
import type { KnownPlaces } from '../fixture/shared-places.js'
import { withIds } from './swapped-ids.js'

/** A request as an attacker sends it. */
export type AttackRequest = Pick<Exchange, 'method' | 'path' | 'route' | 'request'> & {
  headers?: Record<string, string>
}

/** One request in two forms: for a row of the owner, and for one that never existed. */
export interface Pair {
  name: string
  foreign: AttackRequest
  missing: AttackRequest
  /** the spelling of each foreign id → that of the missing one */
  ids: Map<string, string>
  /**
   * the two must be answered alike; false: only what they show and change counts, e.g. if they also name a
   * row of the sender
   */
  alike: boolean
}

/** What variants are made from: a request that names rows of the owner. */
export interface Aim {
  request: AttackRequest
  known: KnownPlaces
  /** the owner's ids it names */
  named: string[]
  inPath: boolean
  inBody: boolean
  /** returns the id of the second user's copy; null: the second user has no copies */
  own: ((id: string) => string) | null
  /** the id and address of the owner */
  owner: { id: string; email: string }
}

/** A way to write an id that some parser, proxy or framework takes for the id. */
export interface Payload {
  name: string
  alike?: boolean
  /** how an id is spelled in it; default: unchanged */
  spell?(id: string): string
  /**
   * returns the request with each of the owner's ids passed through `aimed`; null: this variant does not fit
   */
  make(aimed: (id: string) => string): AttackRequest | null
}

export const isRead = ({ method }: AttackRequest) => /^(GET|HEAD|OPTIONS)$/.test(method)
const same = (id: string) => id

export function pairOf({ named }: Aim, { name, alike = true, spell = same, make }: Payload): Pair | null {
  const [foreign, absent] = [make(same), make(missing)]
  if (!foreign || !absent) return null
  const ids = named.flatMap((id): [string, string][] => [
    [spell(id), spell(missing(id))],
    [id, missing(id)],
  ])
  return { name, foreign, missing: absent, ids: new Map(ids), alike }
}

/** Returns the request with its ids as `other` spells them. */
export function aimedAt({ request, known }: Aim, other: (id: string) => string): AttackRequest {
  return { ...request, ...withIds(request, known, other)!.request }
}

/** Returns the path with each id written by `write`, without further encoding. */
export function pathWritten({ request, known }: Aim, write: (id: string) => string): string {
  const declared = request.route?.slice(request.route.indexOf(' ') + 1).split('/') ?? []
  const [pathname, search] = request.path.split('?') as [string, string | undefined]
  const segments = pathname
    .split('/')
    .map((segment, at) =>
      withParameters(declared[at] ?? '', segment, (id, name) =>
        known.has(id, declared[at - 1], name) ? write(id) : id,
      ),
    )
  const query = search?.split('&').map((part) => {
    const [name, value = ''] = part.split('=')
    return known.has(value, name) && /ids?(%5B%5D|\[\])?$/i.test(name!) ? `${name}=${write(value)}` : part
  })
  return query ? `${segments.join('/')}?${query.join('&')}` : segments.join('/')
}

export function withQuery(path: string, more: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${more}`
}
