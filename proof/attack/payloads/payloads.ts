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
 * Every payload variant of a request that names rows of the owner's: none where it names none.
 * @param known the owner's keys
 * @param own the id of the second person's copy of a row; null: they have no copies
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
 * A read of one's own that names the owner as its sender, beside the same with somebody who never was: whom
 * it names must not matter. For writes see `smuggled`.
 */
export function namings(request: AttackRequest, owner: Named): Pair[] {
  if (!isRead(request)) return []
  const nobody = { id: missing(owner.id), email: 'nobody@example.com' }
  return Object.entries(PLACES).map(([where, name]) => ({
    name: `with the owner named ${where}`,
    foreign: name(request, owner),
    missing: name(request, nobody),
    ids: new Map([[owner.id, nobody.id]]),
    alike: true,
  }))
}

/** One id of the owner's among one's own: a foreign child under an own parent, and the other way round. */
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
