import { appName } from '../../../config/app-name.js'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import { type Passwords, passwords, QUEUE, THREADS, tooManyAtOnce } from '../passwords/passwords.js'
import { budgetsOf } from './budgets.js'
import { hashQueue } from './hash-queue.js'
import type { KnownDevices } from './known-devices.js'
import { type AuthLimits, authLimits } from './limits.js'

/** What login, register and reset share, in the API and on the pages; one instance for each wrapped app. */
export interface LoginParts {
  passwords: Passwords
  /** schedules the hashing of passwords */
  queue: ReturnType<typeof hashQueue>
  devices: KnownDevices
  limits: AuthLimits
}

export const loginParts = onePerApp((kit): LoginParts => {
  const { settings } = kit
  const refusal = () => {
    kit.count?.('hash_refused')
    return tooManyAtOnce()
  }
  const parts: LoginParts = {
    passwords: passwords({ cost: settings.PASSWORD_COST, kind: settings.PASSWORD_HASH }),
    // No more than are hashed at the same time: beside the next hash the end of a login would delay every user's queries.
    queue: hashQueue({ atOnce: THREADS, most: QUEUE, refusal }),
    devices: budgetsOf(kit).devices,
    limits: authLimits(kit),
  }
  kit.hashing = parts.queue
  kit.onDispose(() => parts.passwords.close())
  return parts
})

/** Words of the app that a password must not consist of. */
export const wordsOf = ({ config, settings }: Kit): string[] => [
  appName(config),
  ...settings.hosts.flatMap((host) => host.split('.')),
]
