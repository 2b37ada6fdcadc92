import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request as Node created it; inside the app, as the app's Express changed it. */
export interface Incoming extends IncomingMessage {
  method: string
  url: string
  /** by Express: what `url` was before a router cut its mount off it */
  originalUrl?: string
  baseUrl?: string
  route?: { path?: unknown }
  body?: unknown
}

/** Continues with the next handler, or refuses the request with the given value. */
export type Next = (refusal?: unknown) => void
/** Handles a request in a layer: sends a response or calls `next`. */
export type Handler = (req: Incoming, res: ServerResponse, next: Next) => unknown

/** Returns the request target as it was sent, also inside mounted routers. */
export function targetOf(req: Pick<IncomingMessage, 'url'> & { originalUrl?: string }): string {
  return req.originalUrl ?? req.url ?? ''
}

/** Returns a header as one text. Node makes a list of a header with several values. */
export function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'object' ? value.join(', ') : value
}

/** Runs handlers in order, then `done`. Refusals, errors and rejections go to `done` at once. */
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
