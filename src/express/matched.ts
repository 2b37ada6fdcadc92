import type { IncomingMessage, ServerResponse } from 'node:http'
import { type InnerApp, routerOf, type StackHandle, type StackLayer } from './inner-app.js'

type Next = (error?: unknown) => void
/**
 * Stands in front of a handler of the app: `next()` goes on to it, `skip()` goes on behind it, as if it were not
 * there; or it answers. It must do so before it returns. `route` is the declared path, lower-cased, mounts joined.
 */
export type Around = (
  route: string,
  req: IncomingMessage,
  res: ServerResponse,
  next: Next,
  skip: Next,
) => void

/** Told of an error before the app's own error handler is. */
export type Failed = (error: unknown, req: IncomingMessage, res: ServerResponse) => void

interface Routed extends IncomingMessage {
  baseUrl?: string
}

const wrapped = new WeakSet<StackLayer>()
const routes = new WeakMap<IncomingMessage, string>()
const handlers = new WeakMap<IncomingMessage, StackHandle>()

/** The declared path of what the app has matched for this request last, lower-cased, mounts joined. */
export function matchedPath(req: IncomingMessage): string {
  return routes.get(req) ?? ''
}

/** The app's handler that this request has come to, as the app gave it to Express. */
export function matchedHandler(req: IncomingMessage): StackHandle | undefined {
  return handlers.get(req)
}

/**
 * Runs `around` in front of every handler of the app once the app itself has matched its route, mounted router or
 * mounted middleware: case, encodings and slashes are then decided by the app, and nothing is left to guess from
 * the URL. Its error handlers are called as ever, and `failed` before them. Returns a function that takes in whatever the app has added since; it is cheap when nothing was.
 */
export function guardMatched(app: InnerApp, around: Around, failed: Failed = () => {}): () => void {
  const stacks: { stack: StackLayer[]; seen: number }[] = []

  function take(stack: StackLayer[]): void {
    if (!stacks.some((known) => known.stack === stack)) stacks.push({ stack, seen: 0 })
  }
  function scan(): void {
    for (let i = 0; i < stacks.length; i++) {
      const known = stacks[i]!
      if (known.seen === known.stack.length) continue
      known.seen = known.stack.length
      for (const layer of known.stack) wrap(layer)
    }
  }
  function wrap(layer: StackLayer): void {
    if (wrapped.has(layer)) return
    wrapped.add(layer)
    const { handle, route } = layer
    if (route) for (const one of route.stack) one.handle = guarded(one.handle, declaredPath(route.path))
    else {
      if (Array.isArray(handle.stack)) take(handle.stack)
      // Not by the handler's name: express-async-errors keeps another one in its place.
      layer.handle = guarded(handle, layer.name === 'mounted_app' ? requestedPath : () => '')
    }
  }
  // Express 5 waits for promises; in 4 one that fails would leave its request open and end the process.
  const waits = typeof app.lazyrouter !== 'function'
  function guarded(handle: StackHandle, path: (req: Routed) => string): StackHandle {
    // Four parameters mean an error handler to Express: it gets errors only.
    if (handle.length > 3) return told(handle)
    const inFront = (req: Routed, res: ServerResponse, next: Next) => {
      const route = (req.baseUrl ?? '').toLowerCase() + path(req)
      let answer: unknown
      const go = (error?: unknown) => {
        answer = error === undefined ? Reflect.apply(handle, undefined, [req, res, next]) : next(error)
        if (!waits && isPromise(answer))
          answer = answer.then(undefined, (failure) =>
            next(failure ?? new Error('rejected without a reason')),
          )
      }
      routes.set(req, route)
      handlers.set(req, handle)
      around(route, req, res, go, next)
      // Express 5 waits for the promise of an async handler, to see it fail.
      return answer
    }
    return Object.assign(inFront as unknown as StackHandle, handle)
  }

  function told(handle: StackHandle): StackHandle {
    const inFront = (error: unknown, req: Routed, res: ServerResponse, next: Next) => {
      failed(error, req, res)
      return Reflect.apply(handle, undefined, [error, req, res, next])
    }
    return Object.assign(inFront as unknown as StackHandle, handle)
  }

  take(routerOf(app).stack)
  scan()
  return scan
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Partial<Promise<unknown>> | null | undefined)?.then === 'function'
}

/** A path given as text is known; one given as a pattern or list is taken from the request that matched it. */
function declaredPath(path: unknown): (req: Routed) => string {
  if (typeof path !== 'string') return requestedPath
  const lower = path.toLowerCase()
  return () => lower
}

/** For what cannot be looked into (a whole app mounted in the app): the request's own path, read generously. */
function requestedPath(req: Routed): string {
  // Absolute form (RFC 9112, 3.2.2) stays on the URL through every mount; routers look behind it.
  const raw = (req.url ?? '').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0]!
  let path = raw
  try {
    path = decodeURIComponent(raw)
  } catch {
    // Not decodable: the app will refuse it; until then it is compared as it came.
  }
  return path.replace(/\/{2,}/g, '/').toLowerCase()
}
