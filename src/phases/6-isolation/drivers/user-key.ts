import { acting } from '../../../core/context.js'

/** Returns the key under which a cache of the whole process keeps what it has for the current user; without one, as given. */
export function keyOfUser(key: string): string {
  const who = acting()
  return who?.kind === 'user' ? `user ${who.id}: ${key}` : key
}
