import type { Kit } from '../../../core/kit.js'

export type RegistrationMode = 'open' | 'invite' | 'owner-only'

/** Who may register now: REGISTRATION, as far as the recorded GO allows. */
export function registrationMode(kit: Kit): RegistrationMode {
  if (kit.registrationOpen()) return 'open'
  return kit.registrationOpen(true) ? 'invite' : 'owner-only'
}
