import { asUser, type UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'

/**
 * Tells the app what has happened to somebody, by its hook of that name, as that person. It has happened: nobody waits
 * for the hook, least of all an answer, whose time would tell who is new here; and what it fails at is reported.
 */
export function tellApp(kit: Kit, hook: 'onRegistered' | 'onLogin' | 'onLogout', id: UserId): void {
  const told = kit.config.auth[hook]
  if (!told) return
  setImmediate(() => {
    asUser(id, async () => told({ id })).catch((error: unknown) => kit.report(error))
  })
}
