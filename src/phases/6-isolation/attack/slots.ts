import { type Asked, swapIds } from '../../../gate/traffic/ids.js'
import { missing } from './twins.js'

/**
 * The request with every id that is one of `known` (its path parameters, id-like query and body members, and columns
 * of an uploaded table) replaced by one that does not exist; null when it names none.
 */
export function withMissingIds(request: Asked, known: ReadonlySet<string>): Swapped | null {
  return withIds(request, known, missing)
}

interface Swapped {
  request: Asked
  /** what was replaced, by what */
  ids: Map<string, string>
  /** where it names them */
  named: { path: boolean; body: boolean }
}

/** The same request with each known id spelled as `other` says; null when it names none. */
export function withIds(
  request: Asked,
  known: ReadonlySet<string>,
  other: (id: string) => string,
): Swapped | null {
  const ids = new Map<string, string>()
  const swap = (id: string) => {
    if (!known.has(id)) return id
    ids.set(id, other(id))
    return other(id)
  }
  swapIds({ ...request, request: { contentType: null, body: null } }, swap)
  const inPath = ids.size
  const swapped = swapIds(request, swap)
  const named = { path: inPath > 0, body: ids.size > inPath }
  return ids.size ? { request: swapped, ids, named } : null
}
