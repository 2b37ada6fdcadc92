import type { Config } from '../../config/config.js'
import { type Incoming, targetOf } from '../../express/handler.js'
import { isAtOrBelow, sentPath } from '../../express/path.js'

/** Whether the path as it was sent is `mount` or below it. */
export function isUnder(req: Incoming, mount: string): boolean {
  return isAtOrBelow(sentPath(targetOf(req)), mount)
}

/**
 * Whether a one-time link is used: its token is the proof, which no other site knows, and its page sends no origin because
 * its address holds that token.
 */
export function usesLink(req: Incoming, { mount, pages }: Config['auth']): boolean {
  const path = sentPath(targetOf(req))
  return (
    path === `${mount}/password/reset` ||
    path === `${pages}/reset` ||
    path === `${mount}/verify-email` ||
    path === `${pages}/verify` ||
    path === `${pages}/email`
  )
}
