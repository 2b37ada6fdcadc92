import type { Kit } from '../../../core/kit.js'

export type RegistrationMode = 'open' | 'invite' | 'owner-only'

/** Who may register just now, as far as the recorded GO lets REGISTRATION go. */
export function registrationMode(kit: Kit): RegistrationMode {
  if (kit.registrationOpen()) return 'open'
  return kit.registrationOpen(true) ? 'invite' : 'owner-only'
}
