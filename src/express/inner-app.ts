import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import { requestSlot } from '../core/slot.js'
import { areGiven } from './given-locals.js'

/** A layer of an Express router, 4 or 5: the parts that usertwo uses. */
export interface StackLayer {
  /** the name of the handler it was made with */
  name: string
  handle: StackHandle
  route?: { path: unknown; stack: StackLayer[] }
  /** of a layer within a route, in lower case; none: every method */
  method?: string
  path?: unknown
  match?(
    path: string,
  ): boolean | { path: string; params: Readonly<Record<string, unknown>>; pattern?: unknown }
}
export type StackHandle = ((...args: never[]) => unknown) & Partial<RouterLike>
/** `router.param(name, callback)`: called with the request, the answer, `next`, the value and the name. */
export type ParamCallback = (...args: never[]) => unknown
export interface RouterLike {
  stack: StackLayer[]
  /** the callbacks of each parameter */
  params?: Record<string, ParamCallback[]>
  param?(...args: unknown[]): unknown
}

/** An existing Express application, 4 or 5, described by its shape because it comes from the app's own copy of Express. */
export interface InnerApp extends RequestListener {
  use(...handlers: unknown[]): unknown
  set(name: string, value: unknown): unknown
  get(name: string): unknown
  handle(...args: unknown[]): void
  _router?: RouterLike
  lazyrouter?(): void
  /** the prototypes of its requests and responses */
  request?: object
  response?: object
  router?: RouterLike
  /** the app that it is mounted in */
  parent?: unknown
}

/** @throws TypeError if it is not an Express application */
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

const passedOn = requestSlot<IncomingMessage, true>()

/** Remembers that a request was passed to the existing app, so that the app answers it. */
export const notePassedOn = (req: IncomingMessage): void => passedOn.set(req, true)

/** Returns whether a request was passed to the existing app. Until then only usertwo can have answered it. */
export const wasPassedOn = (req: IncomingMessage): boolean => passedOn.has(req)

/** Calls the existing app with a request as Node created it; the app's own final handler responds. */
export function callInner(app: InnerApp, req: IncomingMessage, res: ServerResponse): void {
  if (Object.getPrototypeOf(req) !== app.request) asNodeMade(req, res)
  app(req, res)
}

const LEFT_BEHIND = ['next', 'baseUrl', 'originalUrl', 'params', 'route', 'res', 'body']

/** Removes what another Express added: version 4 skips its query parser if version 5 has left a result. */
export function asNodeMade(req: IncomingMessage, res?: ServerResponse): void {
  if (Object.getPrototypeOf(req) === IncomingMessage.prototype) return
  for (const name of LEFT_BEHIND) Reflect.deleteProperty(req, name)
  Object.setPrototypeOf(req, IncomingMessage.prototype)
  if (!res) return
  // Given `locals` belong to the app, whichever layer has read them.
  if (!areGiven((res as { locals?: unknown }).locals)) Reflect.deleteProperty(res, 'locals')
  Object.setPrototypeOf(res, ServerResponse.prototype)
}
