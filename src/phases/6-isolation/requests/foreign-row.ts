import type { UserId } from '../../../core/context.js'
import { type ReadFor, readFor } from '../connection/read-for.js'

/** `{ data: { items: [row] } }` has its rows on the fourth level. */
const LEVELS = 6

/**
 * Finds a row that was read for another user, in a value and up to six levels below it: in lists, maps, sets,
 * and the properties of objects, rows included. Event emitters (a request, a pool, a query) are not searched:
 * they hold what is in progress for all users.
 *
 * @param user the user who is answered; null: an anonymous client
 */
export function foreignRow(value: unknown, user: UserId | null): ReadFor | undefined {
  const own = String(user)
  const seen = new Set<object>()
  let level: object[] = []
  note(value, level, seen)
  for (let depth = 1; level.length > 0; depth++) {
    const below: object[] = []
    for (const one of level) {
      const read = readFor(one)
      if (read && String(read.user) !== own) return read
      if (depth < LEVELS) noteAllOf(one, below, seen)
    }
    level = below
  }
  return undefined
}

function noteAllOf(one: object, level: object[], seen: Set<object>): void {
  if (Array.isArray(one) || one instanceof Set) for (const item of one) note(item, level, seen)
  else if (one instanceof Map) for (const item of one.values()) note(item, level, seen)
  else
    for (const key of Object.keys(one)) {
      try {
        note((one as Record<string, unknown>)[key], level, seen)
      } catch {} // a getter that throws also throws while the answer is written
    }
}

/** Breadth first, so that each object is visited at its highest level. */
function note(value: unknown, level: object[], seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  if (value instanceof Date || ArrayBuffer.isView(value)) return
  if (typeof (value as { emit?: unknown }).emit === 'function') return
  seen.add(value)
  level.push(value)
}
