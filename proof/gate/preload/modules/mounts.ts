import { posix } from 'node:path'
import { isDeclaredAs } from '../../../../reading/syntax/declared.js'

/** What we read of a router or app of Express 4 or 5. */
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
  /** a pattern as it is written: `/^\/v\d/` */
  paths: string[]
  /** what was given to be mounted; of an app, the app */
  inner: object
  /** file:line */
  at: string
}

/** What an app or router has in its stack; of what is mounted, once for each path it is mounted at. */
export interface MountLayer {
  handle: object
  route?: RouteLike
  /** what its paths are joined to; of what is mounted, where */
  at: string
  /** file:line of the mount */
  from: string
}

/** No route of anybody's. */
const NOWHERE = 'usertwo-nowhere'

/**
 * a layer of a stack → what it was made for. Not by its handler: the same router may be mounted twice, and a
 * guard of the toolkit or a package (express-async-errors) may have put another one in its place.
 */
const mounts = new Map<object, Mount>()
const mounted = new Set<object>()
const apps: object[] = []
const routers = new Set<object>()
/** what nothing is known to mount → where a function of the app has handed requests to it */
const reached = new Map<object, Set<string>>()
/** apps that are being mounted, each of which Express hides in a function of its own */
let mountingApps: object[] = []

export const knowApp = (app: object) => void apps.push(app)
export const knowRouter = (router: object) => void routers.add(router)

/** Runs what mounts apps: which ones, `noteMounts` cannot see from the functions that it is given. */
export function mountingAppsOf(given: unknown[], use: () => unknown): unknown {
  const outer = mountingApps
  mountingApps = given.flat(9).filter(isApp)
  try {
    return use()
  } finally {
    mountingApps = outer
  }
}

/** Takes in what `use` was given, and the layers it made: one of each function, in their order. */
export function noteMounts(made: object[], args: unknown[], at: string): void {
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

/** Takes in that a request has come to a router at `baseUrl`: of one that nobody mounts, nothing else says where it is. */
export function noteReached(router: object, baseUrl: string): void {
  const owner = apps.find((app) => routerOf(app as MountableRouter) === router) ?? router
  if (mounted.has(owner)) return
  const declared = layers().find(
    ({ handle, route, at }) => !route && !isRouter(handle) && isDeclaredAs(at, baseUrl, { rest: true }),
  )
  reached.set(owner, (reached.get(owner) ?? new Set()).add(declared?.at ?? baseUrl))
}

/** Addresses that no route answers, below each mounted function: one of them may lead to a router that nobody mounts. */
export function waysToUnreached(): string[] {
  const isHidden = [...routers].some((router) => isAlone(router) && !reached.has(router))
  if (!isHidden) return []
  const ways = layers().flatMap(({ handle, route, at }) => (route || isRouter(handle) ? [] : [at]))
  return [...new Set(ways.map((at) => posix.join(at.replace(/:\w+/g, '1'), NOWHERE)))].filter((path) =>
    /^[\w/.-]+$/.test(path),
  )
}

/** What every app has that is not itself mounted in another and is not the toolkit's own, and what was reached without. */
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

/** A router that is neither mounted nor an app's own. */
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

/** Express 4 throws when `app.router` is read. */
function ownRouter(owner: MountableRouter): MountableRouter | undefined {
  try {
    return owner.router
  } catch {
    return undefined
  }
}

/** As Express tells an app from other handlers. */
function isApp(given: unknown): given is object {
  return typeof given === 'function' && 'handle' in given && 'set' in given
}

export const isRouter = (handle: object) => routers.has(handle) || isApp(handle)
