import type { Kit } from '../../../core/kit.js'
import { needPerson } from '../../../core/person-of.js'
import type { Handler } from '../../../express/handler.js'

type OwnUser = typeof import('./own-user.js')

/** Runs an app that keeps its own login as an anonymous request until its middleware has named the user. */
export function ownContext(kit: Kit): Handler | null {
  if (kit.config.auth.by !== 'app') return null
  const taken = needPerson()
  kit.onDispose(async () => taken())
  return onceLoaded(({ anonymousFirst }) => anonymousFirst)
}

/** Resolves the user by `auth.user` in front of each handler of the app. */
export function ownUser(kit: Kit): Handler | null {
  if (kit.config.auth.by !== 'app') return null
  return onceLoaded(({ namedByApp }) => namedByApp(kit))
}

/** A handler of a module that is loaded only where the app keeps its own login. A request waits for it. */
function onceLoaded(make: (loaded: OwnUser) => Handler): Handler {
  let made: Handler | undefined
  const loading = import('./own-user.js').then((loaded) => {
    made = make(loaded)
    return made
  })
  return (req, res, next) => (made ? made(req, res, next) : loading.then((now) => now(req, res, next), next))
}
