import { missing } from '../fixture/id-mapping.js'
import type { KnownPlaces } from '../fixture/shared-places.js'
import { inBody } from './bodies.js'
import { besideOwner, type Named, PLACES } from './named-owner.js'
import { type Aim, type AttackRequest, isRead, type Pair, pairOf } from './pair.js'
import { spelledIds } from './spellings.js'
import { withIds } from './swapped-ids.js'
import { twice } from './twice.js'
import { byVerb } from './verbs.js'

/**
 * Returns every payload variant of a request that names rows of the owner; none if it names none.
 *
 * @param known the owner's keys
 * @param own returns the id of the second user's copy of a row; null: there are no copies
 */
export function payloadsOf(
  request: AttackRequest,
  known: KnownPlaces,
  owner: Named,
  own: ((id: string) => string) | null,
): Pair[] {
  const plain = withIds(request, known, (id) => id)
  if (!plain) return []
  const named = [...plain.ids.keys()]
  const aim: Aim = { request, known, named, inPath: plain.named.path, inBody: plain.named.body, own, owner }
  const payloads = [spelledIds, byVerb, twice, inBody, besideOwner].flatMap((of) => of(aim))
  return [
    ...payloads.flatMap((one) => pairOf(aim, one) ?? []),
    ...(own && named.length > 1 ? named.map((id) => mixed(request, known, id, own)) : []),
  ]
}

/**
 * Pairs a read of a user's own rows that names the owner as its sender with one that names a missing user.
 * The name must not matter. For writes see `smuggled`.
 */
export function namings(request: AttackRequest, owner: Named): Pair[] {
  if (!isRead(request)) return []
  const absent = { id: missing(owner.id), email: 'absent@example.com' }
  return Object.entries(PLACES).map(([where, name]) => ({
    name: `with the owner named ${where}`,
    foreign: name(request, owner),
    missing: name(request, absent),
    ids: new Map([[owner.id, absent.id]]),
    alike: true,
  }))
}

/**
 * Mixes one id of the owner with the sender's own ids: a foreign child under an own parent, and the other way
 * round.
 */
function mixed(
  request: AttackRequest,
  known: KnownPlaces,
  foreign: string,
  own: (id: string) => string,
): Pair {
  const among = (one: string): AttackRequest => ({
    ...request,
    ...withIds(request, known, (id) => (id === foreign ? one : own(id)))!.request,
  })
  return {
    name: `with the id ${foreign} among one's own`,
    foreign: among(foreign),
    missing: among(missing(foreign)),
    ids: new Map([[foreign, missing(foreign)]]),
    alike: true,
  }
}
