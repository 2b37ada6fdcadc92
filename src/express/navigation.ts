import type { IncomingMessage } from 'node:http'

/** Whether a browser requests a page to show, rather than a script of a page requesting data. */
export function isNavigation(req: IncomingMessage): boolean {
  return (req.method === 'GET' || req.method === 'HEAD') && isShown(req)
}

/** Whether a browser sends a form and shows the answer. */
export function isSentForm(req: IncomingMessage): boolean {
  return req.method === 'POST' && isShown(req) && FORM.test(req.headers['content-type'] ?? '')
}

const FORM = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i

/** Whether a browser shows the answer, rather than a script reading it. */
export function isShown({ headers }: IncomingMessage): boolean {
  const mode = headers['sec-fetch-mode']
  return (mode === undefined || mode === 'navigate') && /\btext\/html\b/i.test(headers.accept ?? '')
}
