import { METHODS, type ServerResponse } from 'node:http'
import { posix, relative, resolve } from 'node:path'
import { isDeclaredAs } from '../../../reading/syntax/declared.js'
import { sentPath } from '../../../src/express/path.js'
import type { Mounted, Route } from '../gate.js'
import { mountedHandlers } from '../mounted.js'
import { answer } from './answer.js'
import { atRoute } from './bursts.js'
import {
  changesOfMounts,
  givenTo,
  isRouter,
  knowApp,
  knowRouter,
  layers,
  type MountableRouter,
  mountingAppsOf,
  noteMounts,
  noteReached,
  type RouteLike,
  waysToUnreached,
} from './modules/mounts.js'
import { noteNames } from './modules/names-read.js'
import { PASSED_ON_HEADER, ROUTE_HEADER } from './orders.js'
import { ownPackage } from './own-package.js'
import { framesHere, placesIn } from './stack.js'

/** The method of a route for every verb: `app.all()`. */
const EVERY = 'ALL'

type Method = (this: object, ...args: never[]) => unknown

interface ExpressLike {
  Router: Record<string, Method> & { prototype?: Record<string, Method> }
  Route: { prototype: Record<string, Method> }
  application: Record<string, Method>
  static: (root: string, ...rest: unknown[]) => object
}

const declaredAt = new Map<object, string>()
/** what `express.static` returned → its folder */
const served = new Map<object, string>()

/** file:line of the app's code that called into Express, relative to its folder. */
function caller(): string {
  // The frames of Express, and of wrappers around it, are between the app and its router.
  const found = placesIn(framesHere()).find(({ file }) => !/node_modules/.test(file))
  return found ? `${relative(process.cwd(), found.file)}:${found.line}` : '?'
}

/**
 * Records every route and mount as the app declares them, with file and line, by wrapping the app's own copy
 * of Express before its code loads. Each answer names the route that made it. The stack alone is not enough:
 * Express 4 keeps mount paths only as regular expressions, and Express 5 only in closures.
 */
export function recordRoutes(): void {
  const express = ownPackage<ExpressLike>('express')
  if (!express) return
  const proto = express.Router.prototype?.route ? express.Router.prototype : express.Router
  around(proto, 'route', (route, owner) => {
    knowRouter(owner)
    const made = route()
    if (!declaredAt.has(made as object)) declaredAt.set(made as object, caller())
    return made
  })
  around(proto, 'use', (use, owner, args) => {
    knowRouter(owner)
    const before = (owner as MountableRouter).stack?.length ?? 0
    const router = use()
    const made = (owner as MountableRouter).stack?.slice(before) ?? []
    noteMounts(made, args, caller())
    for (const layer of made) nameAnswers(layer)
    return router
  })
  around(proto, 'handle', (handle, router, [req]) => {
    noteReached(router, (req as { baseUrl?: string }).baseUrl ?? '')
    noteNames(req as object)
    return handle()
  })
  around(express.application, 'use', (use, _owner, args) => mountingAppsOf(args, use))
  around(express.application, 'init', (init, app) => {
    knowApp(app)
    return init()
  })
  around(express.Route.prototype, 'dispatch', (dispatch, route, args) => {
    const [req, res] = args as unknown as [Asked, ServerResponse]
    const declared = nameOfRoute(route, req)
    if (declared) {
      res.setHeader(ROUTE_HEADER, declared)
      res.removeHeader(PASSED_ON_HEADER)
      notePassedOn(declared, res, args)
    }
    return atRoute(req, dispatch)
  })
  noteServed(express)
  answer('routes', () => list().map(({ method, path, at }) => ({ method, path, at })))
  answer('unreached', waysToUnreached)
  answer('mounts', () => mountsNow().map(({ path, at, folder }) => ({ path, at, folder })))
}

interface MountedNow extends Mounted {
  handle: object
}

function mountsNow(): MountedNow[] {
  return layers().flatMap(({ handle, route, at, from }) => {
    if (route || isRouter(handle)) return []
    const folder = served.get(handle) ?? null
    return folder !== null || answersAll(handle) ? [{ path: at, at: from, folder, handle }] : []
  })
}

/** A handler without `next` answers every request. */
const answersAll = (handle: object) => (handle as Method).length < 3

/** Lets the answers of a handler that is mounted like a route name it, as those of a route do. */
function nameAnswers(layer: { handle: object }): void {
  const { handle } = layer
  const given = givenTo(layer) ?? handle
  if (isRouter(given) || served.has(given) || !answersAll(given)) return
  // With three parameters, as Express hands it requests and no errors.
  layer.handle = function named(this: object, req: Asked, res: ServerResponse, next: unknown) {
    const path = pathOfHandler(given, req)
    if (path === null) return Reflect.apply(handle as Method, this, [req, res, next] as never[])
    res.setHeader(ROUTE_HEADER, `${EVERY} ${path}`)
    res.removeHeader(PASSED_ON_HEADER)
    return atRoute(req, () => Reflect.apply(handle as Method, this, [req, res, next] as never[]))
  }
}

let handlers: { since: number; known: MountedNow[] } = { since: -1, known: [] }

function pathOfHandler(handle: object, { baseUrl = '' }: Asked): string | null {
  const since = changesOfMounts()
  if (handlers.since !== since) handlers = { since, known: mountedHandlers(mountsNow(), list()) }
  const paths = handlers.known.filter((one) => one.handle === handle).map(({ path }) => path)
  return paths.find((path) => path.toLowerCase() === baseUrl.toLowerCase()) ?? null
}

/** Records the folders that `express.static` serves. */
function noteServed(express: ExpressLike): void {
  const { static: serve } = express
  const noting: typeof serve = (root, ...rest) => {
    const handle = serve(root, ...rest)
    served.set(handle, resolve(root))
    return handle
  }
  express.static = Object.assign(noting, serve)
}

/**
 * Wraps a method in `work`, which is called with the original (bound, with its arguments), the receiver and
 * the arguments.
 */
function around(
  target: Record<string, Method>,
  name: string,
  work: (original: () => unknown, self: object, args: unknown[]) => unknown,
): void {
  const original = target[name] as Method
  target[name] = function (this: object, ...args: never[]) {
    return work(() => original.apply(this, args), this, args)
  }
}

interface Asked {
  method: string
  baseUrl?: string
  url: string
}

/** Returns the verb and declared path of the route that handles a request. */
function nameOfRoute(route: object, { method, baseUrl = '', url }: Asked): string | null {
  const found = namesOf(route)
  // A router that is mounted twice has two names for it.
  const name =
    found.find(({ own, path }) =>
      own instanceof RegExp
        ? new RegExp(own).test(sentPath(url))
        : isDeclaredAs(path, sentPath(baseUrl + url), { rest: true }),
    ) ?? found[0]
  return name ? `${name.method === EVERY ? EVERY : method} ${name.path}` : null
}

/**
 * Marks the answer if a route called `next()` without an error: what follows is not the route's own answer.
 */
function notePassedOn(declared: string, res: ServerResponse, args: unknown[]): void {
  const next = args[2] as (error?: unknown) => void
  args[2] = (error?: unknown) => {
    const isPassedOn = !error || error === 'route' || error === 'router'
    if (isPassedOn && !res.headersSent) res.setHeader(PASSED_ON_HEADER, declared)
    return next(error)
  }
}

interface Known extends Route {
  route: object
  /** its path as given to Express */
  own: unknown
}

function list(): Known[] {
  return layers().flatMap(({ route, at }) => (route ? joined(route, at) : []))
}

/** a route → its names, as long as nothing is mounted since: every request asks */
const names = new Map<object, { since: number; known: Known[] }>()

function namesOf(route: object): Known[] {
  const since = changesOfMounts()
  const kept = names.get(route)
  if (kept?.since === since && kept.known.length > 0) return kept.known
  const known = list().filter((one) => one.route === route)
  names.set(route, { since, known })
  return known
}

function joined(route: RouteLike, prefix: string): Known[] {
  // On a route, `.all()` before the verbs prepares what they answer. On an app or router it registers every
  // verb.
  const verbs = Object.keys(route.methods).filter((name) => name !== '_all')
  const isEvery = verbs.length === 0 || METHODS.every((name) => verbs.includes(name.toLowerCase()))
  const methods = isEvery ? [EVERY] : verbs.map((name) => name.toUpperCase())
  return [route.path].flat().flatMap((own) =>
    methods.map((method) => ({
      method,
      own,
      path: posix.join('/', prefix, String(own)),
      at: declaredAt.get(route) ?? '?',
      route,
    })),
  )
}
