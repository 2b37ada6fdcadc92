import type { IncomingMessage } from 'node:http'
import type { Person, UserId } from './context.js'
import { shared } from './process/store.js'
import { requestSlot } from './slot.js'

// Stored outside the request object: an app that writes its own req.user cannot change the current user.
// Two copies of this package share it: the app may guard its routes by one, and be wrapped by the other.
const people = shared('people', () => ({ of: requestSlot<IncomingMessage, Person>(), needed: 0 }))

/** Records the user of this request. Only the auth layer calls it. */
export function rememberPerson(req: IncomingMessage, person: Person): void {
  people.of.set(req, person)
}

/** The user of this request, or null. */
export function personOf(req: IncomingMessage): Person | null {
  return people.of.get(req) ?? null
}

const data = shared('data-users', () => ({ of: requestSlot<IncomingMessage, UserId>() }))

/**
 * Records the user on whose data a request works without a login: a secret in the request, and not the user, opened its
 * route. Such a request has no `userOf`, and with it no role, permission or scope.
 */
export function rememberDataUser(req: IncomingMessage, id: UserId): void {
  data.of.set(req, id)
}

/** The user on whose data a request works without a login; null: it has a login, or no user. */
export function userWithoutLogin(req: IncomingMessage): UserId | null {
  return data.of.get(req) ?? null
}

/** Whether a request works on a user's data without a login. */
export function isWithoutLogin(req: IncomingMessage): boolean {
  return data.of.has(req)
}

/** The user on whose data a request works: the current user, or the one that its secret names; null: anonymous. */
export function dataUserOf(
  { userOf }: { userOf(req: IncomingMessage): Person | null },
  req: IncomingMessage,
): UserId | null {
  return userOf(req)?.id ?? userWithoutLogin(req)
}

/** Whether in some app of this process an anonymous request no longer acts as the owner. */
export function needsPerson(): boolean {
  return people.needed > 0
}

/** From here on a request without a login is anonymous. @returns undo */
export function needPerson(): () => void {
  people.needed++
  return () => {
    people.needed--
  }
}
