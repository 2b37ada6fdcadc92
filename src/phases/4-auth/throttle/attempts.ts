import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import {
  addressGroup,
  clientAddress,
  networkOf,
  wideGroup,
} from '../../2-hardening/requests/client-address.js'
import type { Account } from '../accounts/accounts.js'
import type { Asker } from '../passwords/hash-queue.js'
import { loginParts } from '../sessions/login-parts.js'
import { deviceOf } from '../sessions/login-state.js'
import type { Device } from './known-devices.js'
import { type Place, tooMany } from './places.js'
import { noteRefusal } from './refusals.js'

/** One attempt at a password, and the places it has taken: the budgets that are charged if it is wrong. */
export interface Attempt {
  /** the device cookie, whichever account it names */
  device: Device | null
  /** Returns the device if the account knows it: the attempt then waits among known devices. */
  recognise(account: Account | null): Device | null
  /** @throws Problem `rate_limited` if the address is known to have used up its budget. Sends no query */
  assertAddressFree(): void
  /** Takes a place of the client's address, and of its network. @throws the same without a free place */
  takeByAddress(): Promise<void>
  /** Takes a place of an account's budget, or of a device's. @throws the same */
  take(key: string): Promise<void>
  /** The same; false if there is none. */
  mayTake(key: string): Promise<boolean>
}

interface Steps<Made> {
  /** runs before the attempt enters the queue, so that an attempt that waits for others on the same account holds no slot */
  before(attempt: Attempt): Promise<void>
  work(attempt: Attempt): Promise<Made>
  /** the login as typed; the attempts of one address share their slots by login */
  typed?: string
}

/**
 * Runs an attempt at a password: in the order of the queue, and charged to every place it took if it was wrong. Login, the
 * change of a password and authenticating again share these budgets, so guessing cannot move elsewhere (ASVS 6.3.4).
 */
export function attempts(kit: Kit): <Made>(req: Incoming, steps: Steps<Made>) => Promise<Made> {
  const { TRUST_PROXY } = kit.settings
  const { queue, devices, byAddress, byNetwork, byAccount } = loginParts(kit)

  return async (req, { before, work, typed = '' }) => {
    const device = devices.read(deviceOf(req))
    const address = clientAddress(req, TRUST_PROXY)
    const client = addressGroup(address)
    const wide = wideGroup(address)
    const held: Place[] = []
    const hold = (place: Place | number) => {
      if (typeof place === 'number') throw tooMany(place)
      held.push(place)
    }
    let asker: Asker = { known: false, network: networkOf(address), client, account: typed }
    const attempt: Attempt = {
      device,
      recognise(account) {
        if (!device || !isOf(device, account)) return null
        asker = { known: true, network: `user ${device.user}`, client: device.nonce }
        return device
      },
      assertAddressFree() {
        const left = Math.max(byAddress.left(client), wide === null ? 0 : byNetwork.left(wide))
        if (left > 0) throw tooMany(left)
      },
      async takeByAddress() {
        if (wide !== null) hold(await byNetwork.take(wide))
        hold(await byAddress.take(client))
      },
      take: async (key) => hold(await byAccount.take(key)),
      async mayTake(key) {
        const place = await byAccount.take(key)
        if (typeof place === 'number') return false
        held.push(place)
        return true
      },
    }
    const settle = async (wrong: boolean) => {
      // A place that cannot be given back is lost for a minute, and no answer changes.
      for (const place of held) await place.settle(wrong).catch((error) => kit.report(error, req))
    }
    try {
      await before(attempt)
      const made = await queue(asker, () => work(attempt))
      await settle(false)
      return made
    } catch (error) {
      // Whatever else ended it, the password was not wrong.
      const code = error instanceof Problem ? error.code : undefined
      if (code === 'rate_limited') {
        noteRefusal(kit, req, 'throttled')
        // Counts each of them: the audit has one row a minute for a flood.
        kit.count?.('login_throttled')
      }
      await settle(code === 'invalid_credentials')
      throw error
    }
  }
}

/** Whether this account knows the browser. */
const isOf = ({ user, epoch }: Device, account: Account | null) =>
  account !== null && user === String(account.id) && epoch === account.deviceEpoch
