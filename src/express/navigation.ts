import type { IncomingMessage } from 'node:http'

/** Returns whether a browser requests a page to show, not data for a script. */
export function isNavigation(req: IncomingMessage): boolean {
  return (req.method === 'GET' || req.method === 'HEAD') && isShown(req)
}

/** Returns whether a browser submits a form and shows the response. */
export function isSentForm(req: IncomingMessage): boolean {
  return req.method === 'POST' && isShown(req) && FORM.test(req.headers['content-type'] ?? '')
}

const FORM = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i

/** Returns whether a browser shows the response, instead of a script reading it. */
export function isShown({ headers }: IncomingMessage): boolean {
  const mode = headers['sec-fetch-mode']
  return (mode === undefined || mode === 'navigate') && /\btext\/html\b/i.test(headers.accept ?? '')
}
