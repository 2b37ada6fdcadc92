import { asUser, type UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'

/**
 * Calls one of the app's hooks as the user it is about. Nothing waits for the hook: if an answer did, its
 * time would reveal whether a user is new. Errors are reported.
 */
export function tellApp(kit: Kit, hook: 'onRegistered' | 'onLogin' | 'onLogout', id: UserId): void {
  const told = kit.config.auth[hook]
  if (!told) return
  setImmediate(() => {
    asUser(id, async () => told({ id })).catch((error: unknown) => kit.report(error))
  })
}
