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
import { noteRefusal } from '../audit.js'
import { deviceOf } from '../sessions/login-state.js'
import { budgetsOf } from './budgets.js'
import type { Asker } from './hash-queue.js'
import { type Device, isKnownTo } from './known-devices.js'
import { loginParts } from './login-parts.js'
import { type Place, tooMany } from './places.js'

export type Attempt = ReturnType<typeof newAttempt>

/**
 * One attempt at a password, and the places it has taken: the budgets that are charged if it is wrong.
 *
 * @param typed the login; the attempts of one address share their slots of the queue by login
 */
export function newAttempt(kit: Kit, req: Incoming, typed = '') {
  const { devices, byAccount, byAddress, byNetwork } = budgetsOf(kit)
  const address = clientAddress(req, kit.settings.TRUST_PROXY)
  const client = addressGroup(address)
  const wide = wideGroup(address)
  const held: Place[] = []
  const add = (place: Place | number) => {
    if (typeof place === 'number') throw tooMany(place)
    held.push(place)
  }
  const attempt = {
    /** the device cookie, whichever account it names */
    device: devices.read(deviceOf(req)),
    /** in whose turn it is hashed */
    asker: { known: false, network: networkOf(address), client, account: typed } as Asker,

    /** Returns the device if the account knows it: the attempt then waits among known devices. */
    recognise(account: Account | null): Device | null {
      const { device } = attempt
      if (!device || !isKnownTo(device, account)) return null
      attempt.asker = { known: true, network: `user ${device.user}`, client: device.nonce }
      return device
    },

    /** @throws Problem `rate_limited` if the address is known to have used up its budget. Sends no query */
    assertAddressFree(): void {
      const left = Math.max(byAddress.left(client), wide === null ? 0 : byNetwork.left(wide))
      if (left > 0) throw tooMany(left)
    },

    /** Takes a place of the client's address, and of its network. @throws the same without a free place */
    async takeByAddress(): Promise<void> {
      if (wide !== null) add(await byNetwork.take(wide))
      add(await byAddress.take(client))
    },

    /** Takes a place of an account's budget, or of a device's. @throws the same */
    async take(key: string): Promise<void> {
      add(await byAccount.take(key))
    },

    /** The same; false if there is none. */
    async mayTake(key: string): Promise<boolean> {
      const place = await byAccount.take(key)
      if (typeof place === 'number') return false
      held.push(place)
      return true
    },

    /** Takes a place of the browser alone where the account knows it, otherwise of what `key` names and of the address. @throws the same */
    async takeFor(account: Account | null, key: string): Promise<void> {
      const device = attempt.recognise(account)
      if (device) return attempt.take(`device ${device.nonce}`)
      attempt.assertAddressFree()
      await attempt.take(key)
      await attempt.takeByAddress()
    },

    /** Ends the attempt: a wrong one uses its places up, any other gives them back. Errors are reported. */
    async settle(wrong: boolean): Promise<void> {
      // A place that cannot be given back is lost for a minute, and no answer changes.
      for (const place of held) await place.settle(wrong).catch((error) => kit.report(error, req))
    },

    /** Records and counts an error that is `rate_limited`. */
    noteRefusal(error: unknown): void {
      if (!(error instanceof Problem) || error.code !== 'rate_limited') return
      noteRefusal(kit, req, 'throttled')
      // Counts each of them: the audit has one row a minute for a flood.
      kit.count?.('login_throttled')
    },
  }
  return attempt
}

interface Steps<Found, Made> {
  /** runs before the attempt enters the queue, so that an attempt that waits for others on the same account holds no slot */
  before(attempt: Attempt): Promise<Found>
  /** @param found what `before` returned */
  work(attempt: Attempt, found: Found): Promise<Made>
  typed?: string
}

/**
 * Runs an attempt at a password: in the order of the queue, and charged to every place it took if it was wrong. Login, the
 * change of a password and authenticating again share these budgets, so guessing cannot move elsewhere (ASVS 6.3.4).
 */
export function attempts(kit: Kit): <Found, Made>(req: Incoming, steps: Steps<Found, Made>) => Promise<Made> {
  const { queue } = loginParts(kit)
  return async (req, { before, work, typed }) => {
    const attempt = newAttempt(kit, req, typed)
    try {
      const found = await before(attempt)
      const made = await queue(attempt.asker, () => work(attempt, found))
      await attempt.settle(false)
      return made
    } catch (error) {
      // Whatever else ended it, the password was not wrong.
      await attempt.settle(error instanceof Problem && error.code === 'invalid_credentials')
      attempt.noteRefusal(error)
      throw error
    }
  }
}
