import type { IncomingMessage } from 'node:http'
import type { Person } from './context.js'
import { slot } from './slot.js'

// Beside the request, not on it: an app that writes its own req.user cannot become somebody else by it.
const people = slot<IncomingMessage, Person>()

/** Remembers who is logged in on this request. Only the auth layer calls it. */
export function rememberPerson(req: IncomingMessage, person: Person): void {
  people.set(req, person)
}

/** Who is logged in on this request, or null. */
export function personOf(req: IncomingMessage): Person | null {
  return people.get(req) ?? null
}
