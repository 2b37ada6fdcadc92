import { METHODS } from 'node:http'
import { createRequire } from 'node:module'
import { posix, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sentPath } from '../../../express/path.js'
import { isDeclaredAs } from '../../inventory/declared.js'
import type { Route } from '../gate.js'
import { answer } from './answer.js'
import { ROUTE_HEADER } from './orders.js'

/** The method of a route for every verb: `app.all()`. */
const EVERY = 'ALL'

type Method = (this: object, ...args: never[]) => unknown

/** What we read of a router or app of Express 4 or 5. */
interface RouterLike {
  stack?: { handle: object; route?: RouteLike }[]
  _router?: RouterLike
  router?: RouterLike
}
interface RouteLike {
  path: unknown
  methods: Record<string, boolean>
}
interface ExpressLike {
  Router: Record<string, Method> & { prototype?: Record<string, Method> }
  Route: { prototype: Record<string, Method> }
  application: Record<string, Method>
  static: (root: string, ...rest: unknown[]) => object
}

interface Mount {
  paths: string[]
  /** what was given to be mounted; of an app, the app */
  inner: object
}

const declaredAt = new Map<object, string>()
/**
 * a layer of a stack → what it was made for. Not by its handler: the same router may be mounted twice, and a
 * guard of the toolkit or a package (express-async-errors) may have put another one in its place.
 */
const mounts = new Map<object, Mount>()
const apps: object[] = []
/** what `express.static` made → its folder */
const served = new Map<object, string>()
/** apps that are being mounted, each of which Express hides in a function of its own */
let mountingApps: object[] = []

/** file:line of the app's code that called into Express, relative to its folder. */
function caller(): string {
  for (const frame of new Error().stack?.split('\n').slice(2) ?? []) {
    const found = /\(?((?:file:\/\/)?\/[^()]+?):(\d+):\d+\)?$/.exec(frame)
    if (!found?.[1] || /node_modules|gate\/preload/.test(found[1])) continue
    const file = found[1].startsWith('file:') ? fileURLToPath(found[1]) : found[1]
    return `${relative(process.cwd(), file)}:${found[2]}`
  }
  return '?'
}

/**
 * Notes every route and mount as the app declares them, with file and line, by wrapping the app's own copy of
 * Express before its code loads; tells the gate when asked, and names in each answer the route that made it.
 * Express 4 keeps mount paths only as regular expressions and 5 only in closures, hence not from the stack
 * alone.
 */
export function recordRoutes(): void {
  const express = loadExpress()
  if (!express) return
  const proto = express.Router.prototype?.route ? express.Router.prototype : express.Router
  around(proto, 'route', (route) => {
    const made = route()
    if (!declaredAt.has(made as object)) declaredAt.set(made as object, caller())
    return made
  })
  around(proto, 'use', (use, owner, args) => {
    const before = (owner as RouterLike).stack?.length ?? 0
    const router = use()
    note((owner as RouterLike).stack?.slice(before) ?? [], args)
    return router
  })
  around(express.application, 'use', (use, _owner, args) => {
    const outer = mountingApps
    mountingApps = args.flat(9).filter(isApp)
    try {
      return use()
    } finally {
      mountingApps = outer
    }
  })
  around(express.application, 'init', (init, app) => {
    apps.push(app)
    return init()
  })
  around(express.Route.prototype, 'dispatch', (dispatch, route, [req, res]) => {
    const { method, baseUrl = '', url } = req as { method: string; baseUrl?: string; url: string }
    const names = list().filter((known) => known.route === route)
    // A router that is mounted twice has two names for it.
    const name =
      names.find(({ path }) => isDeclaredAs(path, sentPath(baseUrl + url), { rest: true })) ?? names[0]
    if (name) {
      const declared = `${name.method === EVERY ? EVERY : method} ${name.path}`
      ;(res as { setHeader(name: string, value: string): void }).setHeader(ROUTE_HEADER, declared)
    }
    return dispatch()
  })
  const { static: serve } = express
  const noting: typeof serve = (root, ...rest) => {
    const handle = serve(root, ...rest)
    served.set(handle, resolve(root))
    return handle
  }
  express.static = Object.assign(noting, serve)
  answer('routes', () => list().map(({ route: _, ...known }) => known))
  answer('folders', () =>
    layers().flatMap(({ handle, at }) => (served.has(handle) ? [{ at, folder: served.get(handle)! }] : [])),
  )
}

function loadExpress(): ExpressLike | null {
  try {
    return createRequire(resolve('app.js'))('express') as ExpressLike
  } catch {
    return null
  }
}

/**
 * Puts `work` around a method; it is given the original (bound, with its arguments), the receiver, the
 * arguments.
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

/** As Express tells an app from other handlers. */
function isApp(given: unknown): given is object {
  return typeof given === 'function' && 'handle' in given && 'set' in given
}

/** Express makes one layer of each function it is given, in their order. */
function note(made: object[], args: unknown[]): void {
  const given = args.flat(9)
  const paths = given.filter((one) => typeof one === 'string')
  const handles = given.filter((one) => typeof one === 'function')
  made.forEach((layer, at) => {
    const handle = handles[at]
    const inner = handle?.name === 'mounted_app' ? mountingApps.shift() : handle
    if (inner) mounts.set(layer, { paths: paths.length ? paths : ['/'], inner })
  })
}

function list(): (Route & { route: object })[] {
  return layers().flatMap(({ route, at }) => (route ? joined(route, at) : []))
}

interface Layer {
  handle: object
  route?: RouteLike
  /** what its paths are joined to; of what is mounted, where */
  at: string
}

/** What every app has that is not itself mounted in another, and is not the toolkit's own. */
function layers(): Layer[] {
  const inside = new Set([...mounts.values()].map(({ inner }) => inner))
  return apps
    .filter((app) => !inside.has(app) && !(Symbol.for('usertwo.outer') in app))
    .flatMap((app) => layersOf(app as RouterLike, ''))
}

function layersOf(owner: RouterLike, prefix: string): Layer[] {
  const router = Array.isArray(owner.stack) ? owner : (owner._router ?? ownRouter(owner))
  return (router?.stack ?? []).flatMap((layer): Layer[] => {
    const { handle, route } = layer
    if (route) return [{ handle, route, at: prefix }]
    const mount = mounts.get(layer)
    if (!mount) return []
    const { inner } = mount
    return mount.paths.flatMap((path) => {
      const at = posix.join('/', prefix, path)
      return [{ handle: inner, at }, ...layersOf(inner as RouterLike, at)]
    })
  })
}

/** Express 4 throws when `app.router` is read. */
function ownRouter(owner: RouterLike): RouterLike | undefined {
  try {
    return owner.router
  } catch {
    return undefined
  }
}

function joined(route: RouteLike, prefix: string): (Route & { route: object })[] {
  // `.all()` before the verbs of a route prepares what they answer; that of an app or router registers each
  // of them.
  const verbs = Object.keys(route.methods).filter((name) => name !== '_all')
  const isEvery = verbs.length === 0 || METHODS.every((name) => verbs.includes(name.toLowerCase()))
  const methods = isEvery ? [EVERY] : verbs.map((name) => name.toUpperCase())
  return [route.path].flat().flatMap((path) =>
    methods.map((method) => ({
      method,
      path: posix.join('/', prefix, String(path)),
      at: declaredAt.get(route) ?? '?',
      route,
    })),
  )
}
