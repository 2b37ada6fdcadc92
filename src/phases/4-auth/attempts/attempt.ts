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

/** One attempt at a password, and the places it has taken: the budgets that are charged if it is wrong. */
export class Attempt {
  /** the device cookie, whichever account it names */
  readonly device: Device | null
  /** in whose turn it is hashed */
  asker: Asker
  readonly #kit: Kit
  readonly #req: Incoming
  readonly #client: string
  readonly #wide: string | null
  readonly #held: Place[] = []

  /** @param typed the login; the attempts of one address share their slots of the queue by login */
  constructor(kit: Kit, req: Incoming, typed = '') {
    const address = clientAddress(req, kit.settings.TRUST_PROXY)
    this.#kit = kit
    this.#req = req
    this.#client = addressGroup(address)
    this.#wide = wideGroup(address)
    this.device = budgetsOf(kit).devices.read(deviceOf(req))
    this.asker = { known: false, network: networkOf(address), client: this.#client, account: typed }
  }

  /** Returns the device if the account knows it: the attempt then waits among known devices. */
  recognise(account: Account | null): Device | null {
    const { device } = this
    if (!device || !isKnownTo(device, account)) return null
    this.asker = { known: true, network: `user ${device.user}`, client: device.nonce }
    return device
  }

  /** @throws Problem `rate_limited` if the address is known to have used up its budget. Sends no query */
  assertAddressFree(): void {
    const { byAddress, byNetwork } = budgetsOf(this.#kit)
    const left = Math.max(byAddress.left(this.#client), this.#wide === null ? 0 : byNetwork.left(this.#wide))
    if (left > 0) throw tooMany(left)
  }

  /** Takes a place of the client's address, and of its network. @throws the same without a free place */
  async takeByAddress(): Promise<void> {
    const { byAddress, byNetwork } = budgetsOf(this.#kit)
    if (this.#wide !== null) this.#hold(await byNetwork.take(this.#wide))
    this.#hold(await byAddress.take(this.#client))
  }

  /** Takes a place of an account's budget, or of a device's. @throws the same */
  async take(key: string): Promise<void> {
    this.#hold(await budgetsOf(this.#kit).byAccount.take(key))
  }

  /** The same; false without a free place. */
  async mayTake(key: string): Promise<boolean> {
    const place = await budgetsOf(this.#kit).byAccount.take(key)
    if (typeof place === 'number') return false
    this.#held.push(place)
    return true
  }

  /** Takes a place of the browser alone where the account knows it, otherwise of what `key` names and of the address. @throws the same */
  async takeFor(account: Account | null, key: string): Promise<void> {
    const device = this.recognise(account)
    if (device) return this.take(`device ${device.nonce}`)
    this.assertAddressFree()
    await this.take(key)
    await this.takeByAddress()
  }

  /** Ends the attempt: a wrong one uses its places up, any other gives them back. Errors are reported. */
  async settle(wrong: boolean): Promise<void> {
    // A place that cannot be given back is lost for a minute, and no answer changes.
    for (const place of this.#held)
      await place.settle(wrong).catch((error) => this.#kit.report(error, this.#req))
  }

  /** Records and counts an error that is `rate_limited`. */
  noteRefusal(error: unknown): void {
    if (!(error instanceof Problem) || error.code !== 'rate_limited') return
    noteRefusal(this.#kit, this.#req, 'throttled')
    // Counts each of them: the audit has one row a minute for a flood.
    this.#kit.count?.('login_throttled')
  }

  #hold(place: Place | number): void {
    if (typeof place === 'number') throw tooMany(place)
    this.#held.push(place)
  }
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
    const attempt = new Attempt(kit, req, typed)
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
