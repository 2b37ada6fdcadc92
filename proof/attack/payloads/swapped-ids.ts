import { type Asked, swapIds } from '../../gate/traffic/ids.js'
import { type IdMapping, missing } from '../fixture/id-mapping.js'
import type { KnownPlaces } from '../fixture/shared-places.js'

/**
 * Returns the request with every id in `known` (its path parameters, id-like query and body members, and
 * columns of an uploaded table) replaced by one that does not exist; null if it names none.
 */
export function withMissingIds(
  request: Asked,
  known: KnownPlaces,
  isOwner?: IdMapping['isOwner'],
): Swapped | null {
  return withIds(request, known, missing, isOwner)
}

/**
 * Returns the owner's request as the second user's own: about the copies of its rows, and about the second
 * user.
 */
export function withOwnIds(request: Asked, known: KnownPlaces, mapping: IdMapping): Swapped | null {
  return withIds(request, known, mapping.of, mapping.isOwner)
}

interface Swapped {
  request: Asked
  /** replaced id → its replacement */
  ids: Map<string, string>
  /** where the request names them */
  named: { path: boolean; body: boolean }
}

/**
 * Returns the request with each known id, and each mention of the owner, passed through `other`; null if it
 * has none.
 */
export function withIds(
  request: Asked,
  known: KnownPlaces,
  other: IdMapping['of'],
  isOwner: IdMapping['isOwner'] = () => false,
): Swapped | null {
  const ids = new Map<string, string>()
  const swap = (id: string, place: string, name?: string) => {
    if (!known.has(id, place, name) && !isOwner(id, place)) return id
    const swapped = other(id, place)
    ids.set(id, swapped)
    return swapped
  }
  // Under a name that is not like an id, only users and foreign keys are replaced: `assigned_to`, `plant`.
  const named = (id: string, place: string) =>
    isOwner(id, place) || known.isReferred?.(id, place) ? swap(id, place) : id
  swapIds({ ...request, request: { contentType: null, body: null } }, swap, named)
  const inPath = ids.size
  const sent = swapIds(request, swap, named)
  const places = { path: inPath > 0, body: ids.size > inPath }
  return ids.size ? { request: sent, ids, named: places } : null
}
