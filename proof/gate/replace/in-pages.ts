import type { ServerResponse } from 'node:http'
import { isHtml } from '../../../src/core/is-html.js'
import { firstInApp } from './in-app.js'

type Sends = (chunk?: unknown, ...rest: unknown[]) => unknown

/** Appends HTML to every page with which an app answers a GET. */
export const appendedToPages = (app: Parameters<typeof firstInApp>[0], html: string) =>
  firstInApp(app, (own) =>
    own.use((req, res, next) => {
      if (req.method === 'GET') append(res, html)
      next()
    }),
  )

function append(res: ServerResponse, html: string): void {
  const sending = res as unknown as { write: Sends; end: Sends }
  const { write, end } = sending
  const isPage = () => {
    if (!isHtml(res.getHeader('content-type'))) return false
    if (!res.headersSent) res.removeHeader('content-length')
    return true
  }
  sending.write = (...args) => {
    isPage()
    return write.apply(res, args)
  }
  sending.end = (chunk, ...rest) => {
    if (!isPage() || res.statusCode !== 200) return end.call(res, chunk, ...rest)
    if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) write.call(res, chunk)
    return end.call(res, html)
  }
}
