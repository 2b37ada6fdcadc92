import { onePerApp } from '../../../core/one-per-app.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import {
  addressGroup,
  clientAddress,
  networkOf,
  wideGroup,
} from '../../2-hardening/requests/client-address.js'
import { noteRefusal } from '../audit.js'
import { secretOf } from '../sessions/parts.js'
import { accountFailures } from './account-failures.js'
import { type KnownDevices, knownDevices } from './known-devices.js'
import { addressFailures, OF_NETWORK } from './limits.js'
import { type Place, type Places, places, tooMany } from './places.js'

/** The places that one attempt at a password has taken. */
export interface HeldPlaces {
  /** the client's network and address, as the budgets group them */
  network: string
  client: string
  /** @throws Problem `rate_limited` if the address is known to have used up its budget. Sends no query */
  assertAddressFree(): void
  /** Takes a place of the client's address, and of its network. @throws the same without a free place */
  takeByAddress(): Promise<void>
  /** Takes a place of an account's budget, or of a device's. @throws the same */
  take(key: string): Promise<void>
  /** The same; false if there is none. */
  mayTake(key: string): Promise<boolean>
  /** Ends the attempt: a wrong one uses its places up, any other gives them back. Errors are reported. */
  settle(wrong: boolean): Promise<void>
  /** Records and counts an error that is `rate_limited`. */
  noteRefusal(error: unknown): void
}

interface Budgets {
  devices: KnownDevices
  /** wrong attempts on an account */
  byAccount: Places
  hold(req: Incoming): HeldPlaces
}

/** The budgets of wrong attempts: of an account, of an address, of a /48; one instance for each wrapped app. */
export const budgetsOf = onePerApp((kit): Budgets => {
  const { db, clock, settings } = kit
  const secret = secretOf(kit)
  const byAddress = places(addressFailures(kit), clock)
  const byNetwork = places(addressFailures(kit, OF_NETWORK), clock)
  const byAccount = places(accountFailures(db, clock, secret), clock)

  function hold(req: Incoming): HeldPlaces {
    const address = clientAddress(req, settings.TRUST_PROXY)
    const client = addressGroup(address)
    const wide = wideGroup(address)
    const held: Place[] = []
    const add = (place: Place | number) => {
      if (typeof place === 'number') throw tooMany(place)
      held.push(place)
    }
    return {
      network: networkOf(address),
      client,
      assertAddressFree() {
        const left = Math.max(byAddress.left(client), wide === null ? 0 : byNetwork.left(wide))
        if (left > 0) throw tooMany(left)
      },
      async takeByAddress() {
        if (wide !== null) add(await byNetwork.take(wide))
        add(await byAddress.take(client))
      },
      take: async (key) => add(await byAccount.take(key)),
      async mayTake(key) {
        const place = await byAccount.take(key)
        if (typeof place === 'number') return false
        held.push(place)
        return true
      },
      async settle(wrong) {
        // A place that cannot be given back is lost for a minute, and no answer changes.
        for (const place of held) await place.settle(wrong).catch((error) => kit.report(error, req))
      },
      noteRefusal(error) {
        if (!(error instanceof Problem) || error.code !== 'rate_limited') return
        noteRefusal(kit, req, 'throttled')
        // Counts each of them: the audit has one row a minute for a flood.
        kit.count?.('login_throttled')
      },
    }
  }
  return { devices: knownDevices(secret, clock), byAccount, hold }
})
