import type { Config } from '../../core/config.js'
import { isAtOrBelow, sentPath } from '../../express/path.js'

/**
 * Whether the app answers at a path. From phase 4 usertwo does where its own addresses are, also where the app has routes:
 * nobody reaches those any more, and a logout that was recorded of one would end the login of who asks.
 */
export function isOfApp({ auth }: Config, dial: number): (of: { path: string }) => boolean {
  return ({ path }) =>
    dial < 4 || ![auth.mount, auth.pages].some((mount) => isAtOrBelow(sentPath(path), mount))
}
