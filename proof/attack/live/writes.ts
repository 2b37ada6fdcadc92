import { type Answer, isDone } from '../../gate/app/http.js'
import type { Member } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { Asked } from '../../gate/traffic/ids.js'
import type { World } from '../fixture/world.js'

/** A write that is refused without the entity tag of what it changes (RFC 6585, 3; RFC 9110, 13.1.1). */
const NEEDS_TAG = [428, 412]

/** Sends a write as a user, with the entity tag of what it changes if the app asks for it; null: no answer. */
export async function sentBy({ target }: World, person: Member, asked: Asked): Promise<Answer | null> {
  const { method, path, request } = asked
  const send = (more: Record<string, string> = {}) =>
    target
      .ask(method, path, {
        as: { ...person, address: nextAddress() },
        headers: { ...(request.contentType && { 'content-type': request.contentType }), ...more },
        body: request.body ?? undefined,
      })
      .catch(() => null)
  const answer = await send()
  if (!answer || !NEEDS_TAG.includes(answer.status)) return answer
  const now = await target.ask('GET', path, { as: { ...person, address: nextAddress() } }).catch(() => null)
  const tag = now && isDone(now) ? now.headers.etag : undefined
  return tag === undefined ? answer : send({ 'if-match': String(tag) })
}

/** Returns the writes by their route, in the order of the first of each. */
export function groupedByRoute(writes: readonly Exchange[]): [route: string, Exchange[]][] {
  const found = new Map<string, Exchange[]>()
  for (const one of writes) found.set(one.route!, [...(found.get(one.route!) ?? []), one])
  return [...found]
}

/** Returns the writes with the first of each route in front, so that a limit leaves out repetitions before routes. */
export function routesFirst(writes: readonly Exchange[]): Exchange[] {
  const some = groupedByRoute(writes).map(([, of]) => of)
  return [...some.map(([first]) => first!), ...some.flatMap(([, ...more]) => more)]
}
