import { admitsWithoutLogin } from '../../../config/config.js'
import type { Kit } from '../../../core/kit.js'
import { isWithoutLogin, needPerson } from '../../../core/person-of.js'
import type { Handler } from '../../../express/handler.js'
import { onceLoaded } from '../../../express/once-loaded.js'
import { namedBehind } from '../../phase.js'
import { context } from '../context.js'

/** Runs an app that keeps its own login as an anonymous request until its middleware has named the user. */
export function ownContext(kit: Kit): Handler | null {
  if (!namedBehind(kit.config)) return null
  const taken = needPerson()
  kit.onDispose(async () => taken())
  return exceptWithoutLogin(
    kit,
    onceLoaded(ownUserModule, ({ anonymousFirst }) => anonymousFirst),
  )
}

/** Resolves the user by `auth.user` in front of each handler of the app. */
export function ownUser(kit: Kit): Handler | null {
  if (!namedBehind(kit.config)) return null
  return exceptWithoutLogin(
    kit,
    onceLoaded(ownUserModule, ({ namedByApp }) => namedByApp(kit)),
  )
}

/** A request without a login has its user's data already: the app's middleware cannot name another. */
function exceptWithoutLogin(kit: Kit, named: Handler): Handler {
  if (!admitsWithoutLogin(kit.config)) return named
  const own = context(kit)
  return (req, res, next) => (isWithoutLogin(req) ? own(req, res, next) : named(req, res, next))
}

/** Loaded only where the app keeps its own login. */
const ownUserModule = () => import('./own-user.js')
