import type { Request } from 'express'
import type { Config } from '../../core/config.js'

/** Whether the path as it was sent is `mount` or below it. */
export function isUnder(req: Request, mount: string): boolean {
  const path = req.originalUrl.split('?', 1)[0]!
  return path === mount || path.startsWith(mount.endsWith('/') ? mount : `${mount}/`)
}

/**
 * Whether a password is set by a one-time link: its token is the proof, which no other site knows, and its page sends
 * no origin because its address holds that token.
 */
export function isReset(req: Request, { mount, pages }: Config['auth']): boolean {
  const path = req.originalUrl.split('?', 1)[0]!
  return path === `${mount}/password/reset` || path === `${pages}/reset`
}
