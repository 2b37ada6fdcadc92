import { AsyncResource } from 'node:async_hooks'
import { IncomingMessage, Server, ServerResponse } from 'node:http'
import { BURST_HEADER } from './orders.js'

/**
 * How long a burst is held for a request that does not arrive, or that stays in front of the app's routes.
 * Milliseconds.
 */
const [AT_THE_DOOR_MS, AT_THE_ROUTES_MS] = [1_000, 300]

/** The requests of one burst. */
interface Burst {
  count: number
  door: (() => void)[]
  routes: (() => void)[]
  /** the number of requests answered in front of every route */
  answered: number
  timer?: NodeJS.Timeout
}

const bursts = new Map<string, Burst>()
/** Late requests of the last bursts are not held. */
const opened: string[] = []
const burstOf = new WeakMap<IncomingMessage, Burst>()

/**
 * Lets the requests of a burst into the process in one tick, once all of them have arrived, and into the
 * app's routes in one tick again. In between, the session of each is looked up, which takes different times.
 */
export function holdBursts(): void {
  const { emit } = Server.prototype
  Server.prototype.emit = function held(this: Server, event: string | symbol, ...args: unknown[]): boolean {
    const [req, res] = args
    const given = event === 'request' && req instanceof IncomingMessage && burstIn(req)
    if (!given || !(res instanceof ServerResponse)) return Reflect.apply(emit, this, [event, ...args])
    const [id, count] = given
    if (opened.includes(id)) return Reflect.apply(emit, this, [event, ...args])
    const burst = bursts.get(id) ?? { count, door: [], routes: [], answered: 0 }
    bursts.set(id, burst)
    burstOf.set(req, burst)
    watchAnswer(req, res)
    burst.door.push(AsyncResource.bind(() => Reflect.apply(emit, this, [event, ...args])))
    if (burst.door.length === count) open(id, burst)
    else burst.timer ??= setTimeout(() => open(id, burst), AT_THE_DOOR_MS)
    return true
  } as typeof emit
}

/**
 * Continues once every other request of the burst has reached a route of the app, or was answered in front of
 * one.
 */
export function atRoute(req: object, go: () => unknown): unknown {
  const burst = burstOf.get(req as IncomingMessage)
  if (!burst) return go()
  // Later routes of the request are not held.
  burstOf.delete(req as IncomingMessage)
  burst.routes.push(AsyncResource.bind(go))
  releaseRoutes(burst)
  return undefined
}

function burstIn(req: IncomingMessage): [id: string, count: number] | false {
  const given = req.headers[BURST_HEADER]
  if (typeof given !== 'string') return false
  delete req.headersDistinct[BURST_HEADER]
  delete req.headers[BURST_HEADER]
  const at = req.rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === BURST_HEADER)
  if (at >= 0) req.rawHeaders.splice(at, 2)
  const [id = '', count] = given.split('/')
  return [id, Number(count)]
}

/** A pipelined answer ends long before Node reports it as finished. */
function watchAnswer(req: IncomingMessage, res: ServerResponse): void {
  const answered = () => {
    const burst = burstOf.get(req)
    if (!burst || !burstOf.delete(req)) return
    burst.answered++
    releaseRoutes(burst)
  }
  const { end } = res
  res.end = function ended(this: ServerResponse, ...args: never[]) {
    answered()
    return Reflect.apply(end, this, args)
  } as typeof end
  res.once('close', answered)
}

function open(id: string, burst: Burst): void {
  bursts.delete(id)
  opened.push(id)
  opened.splice(0, opened.length - 20)
  clearTimeout(burst.timer)
  burst.count = burst.door.length
  burst.timer = setTimeout(() => releaseRoutes(burst, true), AT_THE_ROUTES_MS)
  for (const go of burst.door) go()
}

function releaseRoutes(burst: Burst, isLate = false): void {
  if (!isLate && burst.routes.length + burst.answered < burst.count) return
  clearTimeout(burst.timer)
  const { routes } = burst
  burst.answered += routes.length
  burst.routes = []
  for (const go of routes) go()
}
