import { type Asked, swapIds } from '../../gate/traffic/ids.js'
import { type IdMapping, missing } from '../fixture/id-mapping.js'
import type { KnownPlaces } from '../fixture/shared-places.js'

/**
 * The request with every id that is one of `known` (its path parameters, id-like query and body members, and
 * columns of an uploaded table) replaced by one that does not exist; null when it names none.
 */
export function withMissingIds(
  request: Asked,
  known: KnownPlaces,
  isOwner?: IdMapping['isOwner'],
): Swapped | null {
  return withIds(request, known, missing, isOwner)
}

/** The owner's request as the second person's own: about their copies of its rows, and about themselves. */
export function withOwnIds(request: Asked, known: KnownPlaces, mapping: IdMapping): Swapped | null {
  return withIds(request, known, mapping.of, mapping.isOwner)
}

interface Swapped {
  request: Asked
  /** what was replaced, by what */
  ids: Map<string, string>
  /** where it names them */
  named: { path: boolean; body: boolean }
}

/** The request with each known id, and each mention of the owner, as `other` says; null when it has none. */
export function withIds(
  request: Asked,
  known: KnownPlaces,
  other: IdMapping['of'],
  isOwner: IdMapping['isOwner'] = () => false,
): Swapped | null {
  const ids = new Map<string, string>()
  const swap = (id: string, place: string) => {
    if (!known.has(id, place) && !isOwner(id, place)) return id
    const swapped = other(id, place)
    ids.set(id, swapped)
    return swapped
  }
  // Under a name that says nothing of an id only people are told apart: `assigned_to`.
  const person = (id: string, place: string) => (isOwner(id, place) ? swap(id, place) : id)
  swapIds({ ...request, request: { contentType: null, body: null } }, swap, person)
  const inPath = ids.size
  const sent = swapIds(request, swap, person)
  const named = { path: inPath > 0, body: ids.size > inPath }
  return ids.size ? { request: sent, ids, named } : null
}
