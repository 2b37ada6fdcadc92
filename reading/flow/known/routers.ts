import { type Machine, placeOf, runCallbacks } from '../machine.js'
import {
  allValues,
  type CallSite,
  native,
  OPAQUE,
  object,
  type RouterValue,
  textsOf,
  UNDEFINED,
  type Value,
} from '../values.js'

const METHODS = /^(get|post|put|patch|delete|del|head|options|all)$/

export function makeRouter(m: Machine): RouterValue {
  const made: RouterValue = { kind: 'router', layers: [], settings: m.settings }
  m.routers.push(made)
  return made
}

/** Returns the value of `express()`. */
export function makeApp(m: Machine): RouterValue {
  const made = makeRouter(m)
  if (m.app.kind !== 'router') m.app = made
  return made
}

export function routerCall(m: Machine, of: RouterValue, name: string, args: Value[], site: CallSite): Value {
  const [first = UNDEFINED, ...rest] = args
  if (name === 'get' && args.length === 1) return of.settings.get(textsOf(first)[0] ?? '') ?? OPAQUE
  if (name === 'set') {
    for (const key of textsOf(first)) of.settings.set(key, rest[0] ?? UNDEFINED)
    return of
  }
  if (name === 'use') {
    const paths = pathsOf(first)
    const isPath = paths !== null
    for (const path of paths ?? ['']) add(of, null, path, isPath ? rest : args, site)
    return of
  }
  if (name === 'param') {
    for (const parameter of textsOf(first)) add(of, 'param', parameter, rest, site)
    return of
  }
  if (name === 'route') return routeOf(of, pathsOf(first) ?? ['/?'])
  if (METHODS.test(name)) {
    for (const path of pathsOf(first) ?? ['/?']) add(of, name, path, rest, site)
    return of
  }
  // `app.listen(3000, () => …)`, `router.group('/x', (inner) => …)`
  runCallbacks(m, args, [of], site)
  return /^(listen|on|once|engine|disable|enable|address|close|enabled)$/.test(name) ? OPAQUE : of
}

function add(of: RouterValue, method: string | null, path: string, handlers: Value[], site: CallSite): void {
  of.layers.push({ method, path, handlers, at: placeOf(site) })
}

/** Returns the paths that an argument names, or null if it is a handler. */
function pathsOf(value: Value): string[] | null {
  const texts = allValues(value).flatMap((one): string[] =>
    one.kind === 'text'
      ? [one.text]
      : one.kind === 'list' && one.items.every(({ kind }) => kind === 'text')
        ? one.items.flatMap(textsOf)
        : [],
  )
  if (texts.length && !(value.kind === 'list' && value.items.length === 0)) return texts
  return value.kind === 'opaque' && value.functions.length === 0 && value === OPAQUE ? ['/?'] : null
}

/** Returns the value of `router.route('/x')`, whose methods can be chained. */
function routeOf(of: RouterValue, paths: string[]): Value {
  const made = object()
  for (const method of 'get post put patch delete head options all'.split(' '))
    made.properties.set(
      method,
      native((args, _self, site) => {
        for (const path of paths) add(of, method, path, args, site)
        return made
      }),
    )
  return made
}

/** A route with every handler that runs for it, in order. */
export interface FoundRoute {
  method: string
  path: string
  at: string
  handlers: Value[]
  /** those of them that only this route has */
  own: Value[]
}

/** Returns every route of a router, with the handlers that run before it. */
export function routesOf(
  router: RouterValue,
  prefix = '',
  before: Value[] = [],
  inside: RouterValue[] = [],
): FoundRoute[] {
  if (inside.includes(router) || inside.length > 8) return []
  const found: FoundRoute[] = []
  const ahead = [...before]
  const whole: { path: string; handlers: Value[] }[] = []
  const parameters: { name: string; handlers: Value[] }[] = []
  for (const { method, path, handlers, at } of router.layers) {
    const flat = handlers.flatMap(flattened)
    const full = joined(prefix, path)
    if (method === null) {
      for (const one of flat)
        if (one.kind === 'router') found.push(...routesOf(one, full, ahead, [...inside, router]))
        else if (/^\/?\*?$/.test(path) || path === '') ahead.push(one)
        else whole.push({ path: `${full}/`, handlers: [one] })
    } else if (method === 'param') parameters.push({ name: path, handlers: flat })
    else {
      const own = whole.filter(
        (one) => one.path === full || (one.path.endsWith('/') && `${full}/`.startsWith(one.path)),
      )
      const ofParameters = parameters.filter(({ name }) => full.split('/').includes(`:${name}`))
      const chain = [
        ...ahead,
        ...ofParameters.flatMap((one) => one.handlers),
        ...own.flatMap((one) => one.handlers),
        ...flat,
      ]
      found.push({
        method: method === 'del' ? 'DELETE' : method.toUpperCase(),
        path: full,
        at,
        handlers: chain,
        own: flat,
      })
      if (method === 'all')
        /^\/?\*/.test(path) ? ahead.push(...flat) : whole.push({ path: full, handlers: flat })
    }
  }
  return found
}

function flattened(value: Value): Value[] {
  if (value.kind === 'list') return [...value.items, ...(value.rest ? [value.rest] : [])].flatMap(flattened)
  return value.kind === 'either' ? value.of.flatMap(flattened) : [value]
}

/** Returns the routers that no other router uses. */
export function topRouters(routers: readonly RouterValue[]): RouterValue[] {
  const used = new Set<Value>(
    routers.flatMap(({ layers }) => layers.flatMap(({ handlers }) => handlers.flatMap(flattened))),
  )
  return routers.filter((one) => !used.has(one))
}

function joined(prefix: string, path: string): string {
  const both = `${prefix.replace(/\/+$/, '')}/${path.replaceAll('?', ':x').replace(/^\/+/, '')}`
  return both.length > 1 ? both.replace(/\/+$/, '') : both
}
