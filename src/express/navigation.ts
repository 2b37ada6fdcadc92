import type { IncomingMessage } from 'node:http'

/** Whether a browser asks for a page to show, rather than a script of a page for data. */
export function isNavigation(req: IncomingMessage): boolean {
  return (req.method === 'GET' || req.method === 'HEAD') && isShown(req)
}

/** Whether a browser sends a form and shows what is answered. */
export function isSentForm(req: IncomingMessage): boolean {
  return req.method === 'POST' && isShown(req) && FORM.test(req.headers['content-type'] ?? '')
}

const FORM = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i

/** Whether a browser shows what is answered, rather than a script reads it. */
export function isShown({ headers }: IncomingMessage): boolean {
  const mode = headers['sec-fetch-mode']
  return (mode === undefined || mode === 'navigate') && /\btext\/html\b/i.test(headers.accept ?? '')
}
