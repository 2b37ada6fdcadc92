import type { IncomingMessage, ServerResponse } from 'node:http'
import { requestSlot } from '../core/slot.js'
import type { InnerApp, RouterLike, StackHandle, StackLayer } from './inner-app.js'
import { barePath, type PathRead, readPath, segmentsOf } from './path.js'

type Next = (error?: unknown) => void
/**
 * Stands in front of a handler of the app: `next()` goes on to it, `skip()` goes on behind it, as if it were not
 * there; or it answers. It must do so before it returns.
 */
export type Around = (
  here: Matched,
  req: IncomingMessage,
  res: ServerResponse,
  next: Next,
  skip: Next,
) => void

/** What of the app a request has come to. */
export interface Matched {
  /** a route; a router or middleware, with more below it; a whole app within the app, which cannot be looked into */
  kind: 'route' | 'mount' | 'app'
  /** what the request has of its path: the mounts, and all of it where no text is declared */
  sent: string
  /** what the app declares behind that, lower-case; null: nothing, or a list or pattern */
  declared: string | null
  /** the app's handler, as the app gave it to Express */
  handler: StackHandle
  /** where in the app's router that is */
  layer: StackLayer
}

/** A class, as all that is kept of each request: of literals that live a while V8 makes the next ones old from birth. */
class Here implements Matched {
  constructor(
    readonly kind: Matched['kind'],
    readonly sent: string,
    readonly declared: string | null,
    readonly handler: StackHandle,
    readonly layer: StackLayer,
  ) {}
}

/** Told of an error before the app's own error handler is. */
export type Failed = (error: unknown, req: IncomingMessage, res: ServerResponse) => void

interface Routed extends IncomingMessage {
  baseUrl?: string
}

const wrapped = new WeakSet<StackLayer>()
const places = requestSlot<IncomingMessage, Matched>()

/** What this request has come to last; undefined: nothing of the app yet. */
export function matched(req: IncomingMessage): Matched | undefined {
  return places.get(req)
}

/** In which ways its path reads: that of a route declared as text in one, below mounts that are plain. */
export function readMatched({ sent, declared }: Matched): PathRead {
  const { plain, ways } = readPath(sent)
  if (!declared) return { plain, ways }
  const own = segmentsOf(declared)
  return { plain, ways: ways.map((way) => [...way, ...own]) }
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
    if (route) for (const one of route.stack) one.handle = guarded(one.handle, layer, 'route', route.path)
    else {
      if (Array.isArray(handle.stack)) take(handle.stack)
      // Not by the handler's name: express-async-errors keeps another one in its place.
      layer.handle = guarded(handle, layer, layer.name === 'mounted_app' ? 'app' : 'mount')
    }
  }
  // Express 5 waits for promises; in 4 one that fails would leave its request open and end the process.
  const waits = typeof app.lazyrouter !== 'function'
  function guarded(
    handle: StackHandle,
    layer: StackLayer,
    kind: Matched['kind'],
    path?: unknown,
  ): StackHandle {
    // Four parameters mean an error handler to Express: it gets errors only.
    if (handle.length > 3) return told(handle)
    const declared = typeof path === 'string' ? path.toLowerCase() : null
    const isSent = kind === 'app' || (kind === 'route' && declared === null)
    const inFront = (req: Routed, res: ServerResponse, next: Next) => {
      const mounts = req.baseUrl ?? ''
      // Absolute form stays on the URL through every mount.
      const sent = isSent ? mounts + barePath(req.url ?? '') : mounts
      const here = new Here(kind, sent, declared, handle, layer)
      let answer: unknown
      const go = (error?: unknown) => {
        answer = error === undefined ? Reflect.apply(handle, undefined, [req, res, next]) : next(error)
        if (!waits && isPromise(answer))
          answer = answer.then(undefined, (failure) =>
            next(failure ?? new Error('rejected without a reason')),
          )
      }
      places.set(req, here)
      around(here, req, res, go, next)
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

/** The app's own router: `_router` in Express 4 (made when first needed), `router` in 5. */
export function routerOf(app: InnerApp): RouterLike {
  if (typeof app.lazyrouter === 'function') {
    app.lazyrouter()
    return app._router!
  }
  return app.router!
}

type ErrorSeen = (error: unknown, req: IncomingMessage) => void
type SeeingHandle = (error: unknown, req: never, res: unknown, next: (error: unknown) => void) => void

/**
 * Puts a handler at the very end of the app that only looks at an error and passes it on, so that the app's own
 * final handler answers it as it always did. Returns a function that keeps it last: routes may be added later.
 */
export function watchErrors(app: InnerApp, seen: ErrorSeen): () => void {
  const look: SeeingHandle = (error, req, _res, next) => {
    seen(error, req)
    next(error)
  }
  app.use(look)
  const router = routerOf(app)
  // Not by its handler: express-async-errors keeps another one in its place.
  const own = router.stack.at(-1)!
  return () => {
    if (router.stack.at(-1) === own) return
    router.stack.splice(router.stack.indexOf(own), 1)
    router.stack.push(own)
  }
}

/** Whether the app has a route of its own at a path, declared as text; of an app mounted in it that is not known. */
export function isDeclared(app: InnerApp, path: string): boolean {
  return declares(routerOf(app).stack, path)
}

function declares(stack: readonly StackLayer[], path: string): boolean {
  return stack.some((layer) => {
    if (layer.route) return layer.route.path === path
    const found = layer.handle.stack ? layer.match?.(path) : false
    // Express 4 and early 5 keep there what they have found, until they are asked again.
    const taken = found === true ? layer.path : found ? found.path : undefined
    return typeof taken === 'string' && declares(layer.handle.stack!, path.slice(taken.length) || '/')
  })
}
