import type { IncomingMessage } from 'node:http'
import type { Person } from './context.js'
import { shared } from './process/store.js'
import { requestSlot } from './slot.js'

// Beside the request, not on it: an app that writes its own req.user cannot become somebody else by it. Two copies of
// this package know the same people: the app may guard its routes by one, and be wrapped by the other.
const people = shared('people', () => ({ of: requestSlot<IncomingMessage, Person>(), needed: 0 }))

/** Remembers who is logged in on this request. Only the auth layer calls it. */
export function rememberPerson(req: IncomingMessage, person: Person): void {
  people.of.set(req, person)
}

/** Who is logged in on this request, or null. */
export function personOf(req: IncomingMessage): Person | null {
  return people.of.get(req) ?? null
}

/** Whether nobody is the owner by default any more, in some app of this process. */
export function needsPerson(): boolean {
  return people.needed > 0
}

/** From here on a request without a login is nobody's; returns how to take that back. */
export function needPerson(): () => void {
  people.needed++
  return () => {
    people.needed--
  }
}
