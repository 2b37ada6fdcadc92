import type { IncomingMessage } from 'node:http'

/** Whether a browser asks for a page to show, rather than a script of a page for data. */
export function isNavigation(req: IncomingMessage): boolean {
  if (req.method !== 'GET' && req.method !== 'HEAD') return false
  const mode = req.headers['sec-fetch-mode']
  if (mode !== undefined && mode !== 'navigate') return false
  return /\btext\/html\b/i.test(req.headers.accept ?? '')
}
