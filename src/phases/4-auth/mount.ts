import type { Request } from 'express'

/** Whether the path as it was sent is `mount` or below it. */
export function isUnder(req: Request, mount: string): boolean {
  const path = req.originalUrl.split('?', 1)[0]!
  return path === mount || path.startsWith(mount.endsWith('/') ? mount : `${mount}/`)
}
