import type { Kit } from '../../../core/kit.js'
import { needPerson } from '../../../core/person-of.js'
import type { Handler } from '../../../express/handler.js'
import { onceLoaded } from '../../../express/once-loaded.js'
import { namedBehind } from '../../phase.js'

/** Runs an app that keeps its own login as an anonymous request until its middleware has named the user. */
export function ownContext(kit: Kit): Handler | null {
  if (!namedBehind(kit.config)) return null
  const taken = needPerson()
  kit.onDispose(async () => taken())
  return onceLoaded(ownUserModule, ({ anonymousFirst }) => anonymousFirst)
}

/** Resolves the user by `auth.user` in front of each handler of the app. */
export function ownUser(kit: Kit): Handler | null {
  if (!namedBehind(kit.config)) return null
  return onceLoaded(ownUserModule, ({ namedByApp }) => namedByApp(kit))
}

/** Loaded only where the app keeps its own login. */
const ownUserModule = () => import('./own-user.js')
