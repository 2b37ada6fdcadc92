import type { Request } from 'express'
import type { Config } from '../../core/config.js'
import { isAtOrBelow, sentPath } from '../../express/path.js'

/** Whether the path as it was sent is `mount` or below it. */
export function isUnder(req: Request, mount: string): boolean {
  return isAtOrBelow(sentPath(req.originalUrl), mount)
}

/**
 * Whether a password is set by a one-time link: its token is the proof, which no other site knows, and its page sends
 * no origin because its address holds that token.
 */
export function isReset(req: Request, { mount, pages }: Config['auth']): boolean {
  const path = sentPath(req.originalUrl)
  return path === `${mount}/password/reset` || path === `${pages}/reset`
}
