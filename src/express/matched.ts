import type { IncomingMessage, ServerResponse } from 'node:http'
import { requestSlot } from '../core/slot.js'
import type { InnerApp, ParamCallback, RouterLike, StackHandle, StackLayer } from './inner-app.js'
import { barePath, type PathRead, readPath, segmentsOf } from './path.js'

type Next = (error?: unknown) => void
/**
 * Runs before a handler of the app: `next()` runs the handler, `skip()` continues after it, as if it did not
 * exist. Otherwise it sends a response itself.
 */
export type Around = (
  here: Matched,
  req: IncomingMessage,
  res: ServerResponse,
  next: Next,
  skip: Next,
) => void

/** The handler of the app that a request has reached. */
export interface Matched {
  /**
   * a route; a router or middleware with handlers below it; a mounted app, whose handlers are unknown; a callback of
   * a router's parameter, which runs before any of them
   */
  kind: 'route' | 'mount' | 'app' | 'param'
  /** the sent path of the mounts, or all of the path if no route is known that is declared as text */
  sent: string
  /** the path that the app declares below the mounts, in lower case; null: none, or a list or pattern */
  declared: string | null
  /** the app's handler, as the app passed it to Express */
  handler: StackHandle
  /** its layer in the app's router */
  layer: StackLayer
  /** its own layer within a route; null: it is not in a route */
  inRoute: StackLayer | null
}

/** A class, like everything kept per request: V8 allocates object literals that live long directly as old. */
class Here implements Matched {
  constructor(
    readonly kind: Matched['kind'],
    readonly sent: string,
    readonly declared: string | null,
    readonly handler: StackHandle,
    readonly layer: StackLayer,
    readonly inRoute: StackLayer | null,
  ) {}
}

/** Called with an error before the app's own error handler is. */
export type Failed = (error: unknown, req: IncomingMessage, res: ServerResponse) => void

interface Routed extends IncomingMessage {
  baseUrl?: string
}

const wrapped = new WeakSet<StackLayer>()
const places = requestSlot<IncomingMessage, Matched>()

/** Returns the handler that this request has reached last; undefined: none of the app yet. */
export function matched(req: IncomingMessage): Matched | undefined {
  return places.get(req)
}

/** Returns whether a further handler of the same route may run after this one, so that this one may be a guard. */
export function isFollowed({ layer, inRoute }: Matched, method: string): boolean {
  const stack = layer.route?.stack ?? []
  const later = inRoute ? stack.slice(stack.indexOf(inRoute) + 1) : []
  const wanted = method.toLowerCase()
  // Express answers HEAD by what is there for GET.
  const takes = (one: StackLayer) =>
    !one.method || one.method === wanted || (wanted === 'head' && one.method === 'get')
  return later.some((one) => one.handle.length <= 3 && takes(one))
}

/** Returns the ways to read a matched path. A route declared as text has one, below plain mounts. */
export function readMatched({ sent, declared }: Matched): PathRead {
  const { plain, ways } = readPath(sent)
  if (!declared) return { plain, ways }
  const own = segmentsOf(declared)
  return { plain, ways: ways.map((way) => [...way, ...own]) }
}

/**
 * Runs `around` before every handler of the app, after the app itself has matched its route, router or
 * middleware, so that nothing has to be guessed from the URL: case, encodings and slashes. Calls `failed`
 * before the app's error handlers. Returns a function that adds handlers registered since, cheaply.
 */
export function guardMatched(app: InnerApp, around: Around, failed: Failed = () => {}): () => void {
  const stacks: { stack: StackLayer[]; seen: number }[] = []

  function take(router: RouterLike): void {
    if (!stacks.some(({ stack }) => stack === router.stack)) stacks.push({ stack: router.stack, seen: 0 })
    guardParams(router, around)
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
    if (route) for (const one of route.stack) one.handle = guarded(one.handle, layer, 'route', one)
    else {
      if (Array.isArray(handle.stack)) take(handle as RouterLike)
      // Not by the handler's name: express-async-errors keeps another one in its place.
      layer.handle = guarded(handle, layer, layer.name === 'mounted_app' ? 'app' : 'mount')
    }
  }
  // Express 5 waits for a promise that it is given; any other rejection would leave the request open and end the process.
  const waits = typeof app.lazyrouter !== 'function'
  function guarded(
    handle: StackHandle,
    layer: StackLayer,
    kind: Matched['kind'],
    inRoute: StackLayer | null = null,
  ): StackHandle {
    // Express calls a handler with four parameters only with errors.
    if (handle.length > 3) return guardedErrors(handle)
    const declared = declaredBy(layer)
    const isSent = kind === 'app' || (kind === 'route' && declared === null)
    const inFront = (req: Routed, res: ServerResponse, next: Next) => {
      const mounts = req.baseUrl ?? ''
      // The absolute form stays in the URL through every mount.
      const sent = isSent ? mounts + barePath(req.url ?? '') : mounts
      const here = new Here(kind, sent, declared, handle, layer, inRoute)
      let answer: unknown
      let hasReturned = false
      let handedOn: unknown
      const handOn: Next = waits
        ? next
        : (failure) => {
            handedOn = failure
            next(failure)
          }
      const go = (error?: unknown) => {
        answer = error === undefined ? Reflect.apply(handle, undefined, [req, res, handOn]) : next(error)
        if ((!waits || hasReturned) && isPromise(answer))
          answer = answer.then(undefined, (reason) => {
            const failure = reason ?? new Error('rejected without a reason')
            // What express-async-errors keeps has handed it on already: a second time would end the connection.
            if (failure !== handedOn) next(failure)
          })
      }
      places.set(req, here)
      around(here, req, res, go, next)
      hasReturned = true
      // Express 5 waits for the promise of an async handler to see it reject.
      return answer
    }
    return Object.assign(inFront as unknown as StackHandle, handle)
  }

  function guardedErrors(handle: StackHandle): StackHandle {
    const inFront = (error: unknown, req: Routed, res: ServerResponse, next: Next) => {
      failed(error, req, res)
      const answer = Reflect.apply(handle, undefined, [error, req, res, next])
      return waits ? answer : undefined
    }
    return Object.assign(inFront as unknown as StackHandle, handle)
  }

  take(routerOf(app))
  scan()
  return scan
}

function declaredBy({ route }: StackLayer): string | null {
  return typeof route?.path === 'string' ? route.path.toLowerCase() : null
}

const withGuardedParams = new WeakSet<RouterLike>()
const guardedCallbacks = new WeakSet<ParamCallback>()

/** Runs `around` before the callbacks of a router's parameters, also of those added later. */
function guardParams(router: RouterLike, around: Around): void {
  const { params, param } = router
  if (!params || !param || withGuardedParams.has(router)) return
  withGuardedParams.add(router)
  const guardAll = () => {
    for (const callbacks of Object.values(params))
      callbacks.forEach((one, at) => {
        if (!guardedCallbacks.has(one)) callbacks[at] = guardedParam(one, around)
      })
  }
  guardAll()
  function guardedLater(this: unknown, ...given: unknown[]): unknown {
    const answer = Reflect.apply(param!, this, given)
    guardAll()
    return answer
  }
  router.param = guardedLater
}

function guardedParam(callback: ParamCallback, around: Around): ParamCallback {
  const layer: StackLayer = { name: 'param', handle: callback }
  const inFront = (req: Routed, res: ServerResponse, next: Next, ...value: unknown[]) => {
    let answer: unknown
    const go = (error?: unknown) => {
      answer =
        error === undefined ? Reflect.apply(callback, undefined, [req, res, next, ...value]) : next(error)
    }
    const sent = (req.baseUrl ?? '') + barePath(req.url ?? '')
    const here = new Here('param', sent, null, callback, layer, null)
    places.set(req, here)
    // By `route` Express goes on behind the route or router that has the parameter.
    around(here, req, res, go, (error) => next(error ?? 'route'))
    return answer
  }
  guardedCallbacks.add(inFront)
  return inFront
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
 * Adds a handler at the very end of the app that passes errors on after reporting them, so that the app's own
 * final handler responds as before. Returns a function that keeps it last, because routes may be added later.
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

/** Returns whether the app declares a route at a path as text. Mounted apps are not searched. */
export function isDeclared(app: InnerApp, path: string): boolean {
  return declares(routerOf(app).stack, path)
}

function declares(stack: readonly StackLayer[], path: string): boolean {
  return stack.some((layer) => {
    if (layer.route) return layer.route.path === path
    const found = layer.handle.stack ? layer.match?.(path) : false
    // Express 4 and early 5 keep the match there until the next one.
    const taken = found === true ? layer.path : found ? found.path : undefined
    return typeof taken === 'string' && declares(layer.handle.stack!, path.slice(taken.length) || '/')
  })
}
