import type { Kit } from '../../../core/kit.js'
import type { Handler } from '../../../express/handler.js'
import { onceLoaded } from '../../../express/once-loaded.js'
import { namedBehind } from '../../phase.js'

/** Limits guessing at the app's own login route; null: the app has none, or `auth.login.throttle` is off. */
export function throttleOwnLogin(kit: Kit): Handler | null {
  const { login } = kit.config.auth
  if (!login?.throttle || !namedBehind(kit.config)) return null
  return onceLoaded(
    () => import('./throttled.js'),
    ({ throttled }) => throttled(kit, login),
  )
}
