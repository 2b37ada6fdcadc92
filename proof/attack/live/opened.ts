import type { Evidence } from '../../gate/check.js'
import type { Member, Target } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { type Live, openSocket, openStream } from './connections.js'
import type { LivePlace } from './places.js'

/** An open connection of a user. */
export interface Connection {
  place: LivePlace
  of: Member
  live: Live
}

/**
 * Opens a place as a user, and sends its messages; null if it does not open.
 *
 * @param last of a stream: the id of the last event that a client got which connects again
 */
export async function connected(
  target: Target,
  place: LivePlace,
  of: Member,
  last?: string,
): Promise<Connection | null> {
  const as = { ...of, address: nextAddress() }
  const live =
    place.kind === 'stream'
      ? await openStream(target, place.path, as, last)
      : await openSocket(target, place.path, as)
  if (live.status !== (place.kind === 'stream' ? 200 : 101)) {
    live.close()
    return null
  }
  for (const message of place.messages) live.send(message)
  return { place, of, live }
}

/** Reports a connection that has ended because another user's request wrote to it. */
export function refusedOn(target: Target, { place, of, live }: Connection): Evidence[] {
  const isRefused = target
    .output()
    .includes(`the answer to GET ${place.path.split('?')[0]} was written by another`)
  if (!live.ended() || !isRefused) return []
  return [
    {
      route: place.route,
      what: `the ${place.kind} of the ${of.name} was ended: another user's request wrote to it, which is refused`,
      expected: 'each connection is written to on behalf of its own user: bindUser',
    },
  ]
}
