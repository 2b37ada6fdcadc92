import { acting } from '../../../core/context.js'

/**
 * Returns the key under which a cache of the whole process keeps what it has for the current user, or for the system, which
 * reads the rows of all users; without either, as given.
 */
export function keyOfUser(key: string): string {
  const who = acting()
  if (!who) return key
  return who.kind === 'user' ? `user ${who.id}: ${key}` : `${who.kind}: ${key}`
}
