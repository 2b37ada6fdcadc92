import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { addressGroup, clientAddress, networkOf } from '../../2-hardening/client-address.js'
import { loginParts } from '../logins/login-parts.js'
import { deviceOf } from '../logins/login-state.js'
import type { Account } from '../people/accounts.js'
import type { Device } from './known-devices.js'
import { type Place, tooMany } from './places.js'
import { noteRefusal } from './refusals.js'

/** One attempt at a password, and the places it has taken: in whose budgets it counts if it is wrong. */
export interface Attempt {
  device: Device | null
  /** Takes a place of the client's address. @throws Problem `rate_limited`: there is none */
  takeByAddress(): Promise<void>
  /** Takes one of an account's budget, or of a device's. @throws the same */
  take(key: string): Promise<void>
  /** The same; false: there is none. */
  mayTake(key: string): Promise<boolean>
}

interface Steps<Made> {
  /** before its turn in the queue: whoever waits for others who guess at the same account takes nobody's */
  before(attempt: Attempt): Promise<void>
  work(attempt: Attempt): Promise<Made>
}

/**
 * Lets somebody try a password: in their turn, and charged to every place they took when it was wrong. Login, the change of
 * a password and authenticating again share these budgets: guessing goes nowhere else (ASVS 6.3.4).
 */
export function attempts(kit: Kit): <Made>(req: Incoming, steps: Steps<Made>) => Promise<Made> {
  const { TRUST_PROXY } = kit.settings
  const { queue, devices, byAddress, byAccount } = loginParts(kit)

  return async (req, { before, work }) => {
    const device = devices.read(deviceOf(req))
    const address = clientAddress(req, TRUST_PROXY)
    const held: Place[] = []
    const hold = (place: Place | number) => {
      if (typeof place === 'number') throw tooMany(place)
      held.push(place)
    }
    const attempt: Attempt = {
      device,
      takeByAddress: async () => hold(await byAddress.take(addressGroup(address))),
      take: async (key) => hold(await byAccount.take(key)),
      async mayTake(key) {
        const place = await byAccount.take(key)
        if (typeof place === 'number') return false
        held.push(place)
        return true
      },
    }
    const settle = async (wrong: boolean) => {
      // One that cannot be given back is lost for a minute, and nobody's answer.
      for (const place of held) await place.settle(wrong).catch((error) => kit.report(error, req))
    }
    const network = device ? `device ${device.nonce}` : networkOf(address)
    try {
      await before(attempt)
      const made = await queue({ known: device !== null, network }, () => work(attempt))
      await settle(false)
      return made
    } catch (error) {
      // Whatever else ended it, the password was not wrong.
      const code = error instanceof Problem ? error.code : undefined
      if (code === 'rate_limited') {
        noteRefusal(kit, req, 'throttled')
        // Each of them: of a flood the audit has a row a minute.
        kit.count?.('login_throttled')
      }
      await settle(code === 'invalid_credentials')
      throw error
    }
  }
}

/** Whether this browser is known of that account. */
export const isOf = ({ user, epoch }: Device, account: Account | null) =>
  account !== null && user === String(account.id) && epoch === account.deviceEpoch
