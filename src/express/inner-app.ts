import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http'

/** A layer of an Express router, 4 or 5: what we touch of it. */
export interface StackLayer {
  /** of the handler it was made with */
  name: string
  handle: StackHandle
  route?: { path: unknown; stack: StackLayer[] }
}
export type StackHandle = ((...args: never[]) => unknown) & { stack?: StackLayer[] }
interface RouterLike {
  stack: StackLayer[]
}

/** An Express application, 4 or 5, that exists already; of the app's own copy of Express, hence by shape only. */
export interface InnerApp extends RequestListener {
  use(...handlers: unknown[]): unknown
  set(name: string, value: unknown): unknown
  get(name: string): unknown
  handle(...args: unknown[]): void
  _router?: RouterLike
  lazyrouter?(): void
  router?: RouterLike
}

/**
 * @throws TypeError when it is no Express application
 */
export function asInnerApp(app: unknown): InnerApp {
  const candidate = app as Partial<InnerApp> | null
  if (
    typeof app === 'function' &&
    typeof candidate?.handle === 'function' &&
    typeof candidate.use === 'function'
  )
    return app as InnerApp
  throw new TypeError(
    `usertwo(app, config): app must be what express() returned, not ${app === null ? 'null' : typeof app}; give the application itself, before it listens`,
  )
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
type SeeingHandle = ((error: unknown, req: never, res: unknown, next: (error: unknown) => void) => void) & {
  seesErrors?: true
}

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

/** Calls the existing app with a request as fresh as Node made it; the app's own final handler answers. */
export function callInner(app: InnerApp, req: IncomingMessage, res: ServerResponse): void {
  if (!isAsNodeMade(req)) asNodeMade(req, res)
  app(req, res)
}

export function isAsNodeMade(req: IncomingMessage): boolean {
  return Object.getPrototypeOf(req) === IncomingMessage.prototype
}

const LEFT_BEHIND = ['next', 'baseUrl', 'originalUrl', 'params', 'route', 'res', 'body']

/** Takes off what another Express has put there: 4 skips its query parser where a 5 has left one. */
export function asNodeMade(req: IncomingMessage, res?: ServerResponse): void {
  for (const name of LEFT_BEHIND) Reflect.deleteProperty(req, name)
  Object.setPrototypeOf(req, IncomingMessage.prototype)
  if (!res) return
  Reflect.deleteProperty(res, 'locals')
  Object.setPrototypeOf(res, ServerResponse.prototype)
}
