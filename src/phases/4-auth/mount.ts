import type { Config } from '../../config/config.js'
import type { Settings } from '../../config/settings.js'
import { endpoints } from '../../contract/endpoints.js'
import { type Incoming, targetOf } from '../../express/handler.js'
import { isAtOrBelow, sentPath } from '../../express/path.js'

/** Whether the path as sent is `mount` or below it. */
export function isUnder(req: Incoming, mount: string): boolean {
  return isAtOrBelow(sentPath(targetOf(req)), mount)
}

/**
 * Whether a one-time link is used here: its token is the proof, which no other site knows, and its page sends
 * no origin because its URL contains that token. Paths of a feature that is off are the app's own.
 */
export const linkPaths = (
  { mount, pages }: Config['auth'],
  { AUTH_ENABLE_MAGIC_LINK }: Pick<Settings, 'AUTH_ENABLE_MAGIC_LINK'>,
): ReadonlySet<string> =>
  new Set(
    endpoints
      .filter(({ only }) => only !== 'magicLink' || AUTH_ENABLE_MAGIC_LINK)
      .flatMap(({ path, byLink, form }) => [
        ...(byLink ? [mount + path] : []),
        ...(form?.byLink ? [pages + form.path] : []),
      ]),
  )
