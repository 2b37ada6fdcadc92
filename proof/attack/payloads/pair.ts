import type { Exchange } from '../../gate/traffic/exchange.js'
import { missing } from '../fixture/id-mapping.js'
import type { KnownPlaces } from '../fixture/shared-places.js'
import { withIds } from './swapped-ids.js'

/** A request as an attacker sends it. */
export type AttackRequest = Pick<Exchange, 'method' | 'path' | 'route' | 'request'> & {
  headers?: Record<string, string>
}

/** One request in two forms: aimed at a row of the owner's, and at one that never was. */
export interface Pair {
  name: string
  foreign: AttackRequest
  missing: AttackRequest
  /** how the ids are spelled in each */
  ids: Map<string, string>
  /**
   * the two must be answered alike; false: only what they show and change counts, e.g. where they also name a
   * row of one's own
   */
  alike: boolean
}

/** What variants are made of: a request that names rows of the owner's. */
export interface Aim {
  request: AttackRequest
  known: KnownPlaces
  /** the owner's ids it names */
  named: string[]
  inPath: boolean
  inBody: boolean
  /** the id of the second person's copy; null: they have none */
  own: ((id: string) => string) | null
  /** who the owner is */
  owner: { id: string; email: string }
}

/** A way to put an id so that some parser, proxy or framework takes it for the id. */
export interface Payload {
  name: string
  alike?: boolean
  /** how an id reads in it; default: as it is */
  spell?(id: string): string
  /** the request with each of the owner's ids as `aimed` has it; null: this variant does not fit */
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

/** The request with its ids as `other` spells them. */
export function aimedAt({ request, known }: Aim, other: (id: string) => string): AttackRequest {
  return { ...request, ...withIds(request, known, other)!.request }
}

/** The path with each id written as it is, without any encoding of ours. */
export function pathWritten({ request, known }: Aim, write: (id: string) => string): string {
  const declared = request.route?.slice(request.route.indexOf(' ') + 1).split('/') ?? []
  const [pathname, search] = request.path.split('?') as [string, string | undefined]
  const segments = pathname
    .split('/')
    .map((segment, at) =>
      /^[:*]/.test(declared[at] ?? '') && known.has(segment, declared[at - 1]) ? write(segment) : segment,
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
