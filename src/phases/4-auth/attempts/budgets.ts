import { onePerApp } from '../../../core/one-per-app.js'
import { secretOf } from '../sessions/parts.js'
import { accountFailures } from './account-failures.js'
import { knownDevices } from './known-devices.js'
import { addressFailures, OF_NETWORK } from './limits.js'
import { places } from './places.js'

/** The budgets of wrong attempts: of an account, of an address, of a /48; one instance for each wrapped app. */
export const budgetsOf = onePerApp((kit) => {
  const { db, clock } = kit
  const secret = secretOf(kit)
  return {
    devices: knownDevices(secret, clock),
    byAccount: places(accountFailures(db, clock, secret), clock),
    byAddress: places(addressFailures(kit), clock),
    byNetwork: places(addressFailures(kit, OF_NETWORK), clock),
  }
})
