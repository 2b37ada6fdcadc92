import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import type { Account } from '../accounts/accounts.js'
import { deviceOf } from '../sessions/login-state.js'
import type { Asker } from './hash-queue.js'
import { budgetsOf, type HeldPlaces } from './held-places.js'
import { type Device, isKnownTo } from './known-devices.js'
import { loginParts } from './login-parts.js'

/** One attempt at a password, and the places it has taken: the budgets that are charged if it is wrong. */
export interface Attempt
  extends Pick<HeldPlaces, 'assertAddressFree' | 'takeByAddress' | 'take' | 'mayTake'> {
  /** the device cookie, whichever account it names */
  device: Device | null
  /** Returns the device if the account knows it: the attempt then waits among known devices. */
  recognise(account: Account | null): Device | null
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
  const { queue, devices } = loginParts(kit)
  const { hold } = budgetsOf(kit)

  return async (req, { before, work, typed = '' }) => {
    const device = devices.read(deviceOf(req))
    const held = hold(req)
    let asker: Asker = { known: false, network: held.network, client: held.client, account: typed }
    const attempt: Attempt = {
      device,
      recognise(account) {
        if (!device || !isKnownTo(device, account)) return null
        asker = { known: true, network: `user ${device.user}`, client: device.nonce }
        return device
      },
      assertAddressFree: held.assertAddressFree,
      takeByAddress: held.takeByAddress,
      take: held.take,
      mayTake: held.mayTake,
    }
    try {
      await before(attempt)
      const made = await queue(asker, () => work(attempt))
      await held.settle(false)
      return made
    } catch (error) {
      // Whatever else ended it, the password was not wrong.
      await held.settle(error instanceof Problem && error.code === 'invalid_credentials')
      held.noteRefusal(error)
      throw error
    }
  }
}
