import type { Config } from '../../config/config.js'
import { endpoints } from '../../contract/endpoints.js'
import { type Incoming, targetOf } from '../../express/handler.js'
import { isAtOrBelow, sentPath } from '../../express/path.js'

/** Whether the path as sent is `mount` or below it. */
export function isUnder(req: Incoming, mount: string): boolean {
  return isAtOrBelow(sentPath(targetOf(req)), mount)
}

/**
 * Whether a one-time link is used here: its token is the proof, which no other site knows, and its page sends
 * no origin because its URL contains that token.
 */
export const linkPaths = ({ mount, pages }: Config['auth']): ReadonlySet<string> =>
  new Set(
    endpoints.flatMap(({ path, byLink, form }) => [
      ...(byLink ? [mount + path] : []),
      ...(form?.byLink ? [pages + form.path] : []),
    ]),
  )
