import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request as the layers read it: in front of the app as Node made it, behind that as the app's Express made it. */
export interface Incoming extends IncomingMessage {
  method: string
  url: string
  /** by Express: what `url` was before a router cut its mount off it */
  originalUrl?: string
  baseUrl?: string
  route?: { path?: unknown }
  body?: unknown
}

/** Goes on; with anything given, that is what the request is refused with. */
export type Next = (refusal?: unknown) => void
/** What a layer does with a request: it answers, or goes on. */
export type Handler = (req: Incoming, res: ServerResponse, next: Next) => unknown

/** What was asked for, as it was sent, wherever in the app the request has come to. */
export function targetOf(req: Pick<IncomingMessage, 'url'> & { originalUrl?: string }): string {
  return req.originalUrl ?? req.url ?? ''
}

/** A header that is sent once; of more values than one Node makes a list. */
export function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'object' ? value.join(', ') : value
}

/** One after the other, `done` at the end; what one refuses with, throws or rejects with goes to `done` at once. */
export function inOrder(
  handlers: readonly Handler[],
): (req: IncomingMessage, res: ServerResponse, done: Next) => void {
  return (req, res, done) => {
    let at = 0
    const next: Next = (refusal) => {
      const handler = refusal === undefined ? handlers[at++] : undefined
      if (!handler) return done(refusal)
      let answer: unknown
      try {
        answer = handler(req as Incoming, res, next)
      } catch (error) {
        return done(error)
      }
      if (answer instanceof Promise) answer.catch(done)
    }
    next()
  }
}
