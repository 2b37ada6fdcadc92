import { posix } from 'node:path'
import { isDeclaredAs } from '../../../../reading/syntax/declared.js'

/** The parts of an Express 4 or 5 router or app that are read. */
export interface MountableRouter {
  stack?: { handle: object; route?: RouteLike }[]
  _router?: MountableRouter
  router?: MountableRouter
}
export interface RouteLike {
  path: unknown
  methods: Record<string, boolean>
}

interface Mount {
  /** a pattern as written: `/^\/v\d/` */
  paths: string[]
  /** the handler given to `use`; of an app, the app */
  inner: object
  /** file:line */
  at: string
}

/** A layer in the stack of an app or router. A mounted handler has one for each path it is mounted at. */
export interface MountLayer {
  handle: object
  route?: RouteLike
  /** the prefix of its paths; of a mounted handler, where it is mounted */
  at: string
  /** file:line of the mount */
  from: string
}

/** A path that no route has. */
const NOWHERE = 'usertwo-nowhere'

/**
 * a layer of a stack → the mount it was made for. The key is not the handler: the same router may be mounted
 * twice, and a guard of usertwo or a package (express-async-errors) may have replaced it.
 */
const mounts = new Map<object, Mount>()
const mounted = new Set<object>()
const apps: object[] = []
const routers = new Set<object>()
/**
 * a router that is not known to be mounted → the paths at which a function of the app passed requests to it
 */
const reached = new Map<object, Set<string>>()
/** a router that is not known to be mounted → the base URLs of the requests that reached it */
const noted = new Map<object, Set<string>>()
/** the apps that are being mounted; Express hides each in a function of its own */
let mountingApps: object[] = []

/** Counts what changes the paths of routes, for those who keep them. */
let changes = 0
export const changesOfMounts = () => changes

export function knowApp(app: object): void {
  apps.push(app)
  changes++
}
export function knowRouter(router: object): void {
  if (routers.has(router)) return
  routers.add(router)
  changes++
}

/** Runs code that mounts apps. `noteMounts` cannot see from its functions which apps they are. */
export function mountingAppsOf(given: unknown[], use: () => unknown): unknown {
  const outer = mountingApps
  mountingApps = given.flat(9).filter(isApp)
  try {
    return use()
  } finally {
    mountingApps = outer
  }
}

/** Records what `use` was given, and the layers it made: one for each function, in order. */
export function noteMounts(made: object[], args: unknown[], at: string): void {
  changes++
  const given = args.flat(9)
  const paths = given.filter((one) => typeof one === 'string' || one instanceof RegExp).map(String)
  const handles = given.filter((one) => typeof one === 'function')
  made.forEach((layer, place) => {
    const handle = handles[place]
    const inner = handle?.name === 'mounted_app' ? mountingApps.shift() : handle
    if (!inner) return
    mounts.set(layer, { paths: paths.length ? paths : ['/'], inner, at })
    mounted.add(inner)
  })
}

/** Returns the handler that a layer was made for: a package may have put another in its place. */
export const givenTo = (layer: object): object | undefined => mounts.get(layer)?.inner

/**
 * Records that a request has reached a router at `baseUrl`. If the router is not mounted, nothing else says
 * where it is.
 */
export function noteReached(router: object, baseUrl: string): void {
  const owner = apps.find((app) => routerOf(app as MountableRouter) === router) ?? router
  if (mounted.has(owner) || noted.get(owner)?.has(baseUrl)) return
  noted.set(owner, (noted.get(owner) ?? new Set()).add(baseUrl))
  changes++
  const declared = layers().find(
    ({ handle, route, at }) => !route && !isRouter(handle) && isDeclaredAs(at, baseUrl, { rest: true }),
  )
  reached.set(owner, (reached.get(owner) ?? new Set()).add(declared?.at ?? baseUrl))
}

/**
 * Returns paths that no route answers, below each mounted function: one of them may lead to a router that is
 * not mounted.
 */
export function waysToUnreached(): string[] {
  const isHidden = [...routers].some((router) => isAlone(router) && !reached.has(router))
  if (!isHidden) return []
  const ways = layers().flatMap(({ handle, route, at }) => (route || isRouter(handle) ? [] : [at]))
  return [...new Set(ways.map((at) => posix.join(at.replace(/:\w+/g, '1'), NOWHERE)))].filter((path) =>
    /^[\w/.-]+$/.test(path),
  )
}

/**
 * Returns the layers of every app that is neither mounted in another nor usertwo's own, and of routers that
 * were reached without a mount.
 */
export function layers(): MountLayer[] {
  const roots = [...apps, ...[...routers].filter(isAlone)].filter(
    (one) => !mounted.has(one) && !(Symbol.for('usertwo.outer') in one),
  )
  return roots.flatMap((root) =>
    [...(reached.get(root) ?? (apps.includes(root) ? [''] : []))].flatMap((at) =>
      layersOf(root as MountableRouter, at),
    ),
  )
}

/** Returns whether a router is neither mounted nor an app's own. */
function isAlone(router: object): boolean {
  return !mounted.has(router) && !apps.some((app) => routerOf(app as MountableRouter) === router)
}

function layersOf(owner: MountableRouter, prefix: string): MountLayer[] {
  return (routerOf(owner)?.stack ?? []).flatMap((layer): MountLayer[] => {
    const { handle, route } = layer
    if (route) return [{ handle, route, at: prefix, from: '?' }]
    const mount = mounts.get(layer)
    if (!mount) return []
    const { inner, paths, at: from } = mount
    return paths.flatMap((path) => {
      const at = posix.join('/', prefix, path)
      return [{ handle: inner, at, from }, ...layersOf(inner as MountableRouter, at)]
    })
  })
}

function routerOf(owner: MountableRouter): MountableRouter | undefined {
  return Array.isArray(owner.stack) ? owner : (owner._router ?? ownRouter(owner))
}

/** Express 4 throws if `app.router` is read. */
function ownRouter(owner: MountableRouter): MountableRouter | undefined {
  try {
    return owner.router
  } catch {
    return undefined
  }
}

/** Distinguishes an app from other handlers as Express does. */
function isApp(given: unknown): given is object {
  return typeof given === 'function' && 'handle' in given && 'set' in given
}

export const isRouter = (handle: object) => routers.has(handle) || isApp(handle)
