import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Problem, sendProblem } from './core/problem.js'
import { type Remembered, remember, rememberedOf, remembering, watchForgotten } from './express/forgotten.js'
import { type Handler, inOrder } from './express/handler.js'
import { callInner, type InnerApp } from './express/inner-app.js'
import { type Around, guardMatched, isDeclared, watchErrors } from './express/matched.js'
import { goOnward, wentThrough } from './express/server-events.js'
import { measured } from './metrics/metrics.js'
import { phases } from './phases/index.js'
import type { Layer, Phase } from './phases/phase.js'
import { readyRoute } from './ready.js'
import type { Runtime } from './runtime.js'

/** What the layers stand in front of. */
export interface Inside {
  /** the Express apps that there are so far */
  apps(): Iterable<InnerApp>
  /** hands a request on to them */
  call: RequestListener
  /** lets go requests that are not for them; true: it is gone */
  leave(req: IncomingMessage): boolean
}

/** One app, as it is given to `usertwo()`. */
export const oneApp = (app: InnerApp): Inside => ({
  apps: () => [app],
  call: (req, res) => callInner(app, req, res),
  leave: goOnward,
})

/** What layers stand on. */
type Layering = Pick<Runtime, 'kit' | 'failed' | 'readiness'>

/** The one place where the order of layers is decided: by phase, and within a phase as its table of contents says. */
export function layered(inside: Inside, runtime: Layering, known = phases): RequestListener {
  const { kit } = runtime
  const active = known.filter(({ number }) => number <= kit.dial)
  const at = (place: Layer['place'], { layers }: Phase) =>
    layers
      .filter((layer) => layer.place === place && (!layer.flag || kit.settings[layer.flag]))
      .flatMap((layer) => layer.make(kit) ?? [])

  const { arrive, callApp, hasRoute } = reaching(
    inside,
    runtime,
    active.flatMap((phase) => at('matched', phase)),
  )
  const ready = readyRoute(kit.config, runtime.readiness, hasRoute)
  const own = [ready, measured(kit, 'answer', hasRoute) ?? []].flat()
  // Not the app's: before anybody is asked who they are.
  const outer = active.flatMap((phase) => [...(phase.name === 'auth' ? own : []), ...at('outer', phase)])
  outer.unshift(...active.flatMap((phase) => at('first', phase)))
  if (!kit.has('auth')) outer.push(...own)
  const pass = inOrder(outer)
  const isBack = kit.has('isolation') ? wentThrough : () => false
  return (req, res) => {
    if (isBack(req)) return callApp(req, res)
    arrive(req, res)
    pass(req, res, (refusal) => {
      if (refusal !== undefined) answerRefusal(runtime, refusal, req, res)
      else if (!inside.leave(req)) callApp(req, res)
    })
  }
}

interface Reached {
  /** what the request begins and forgets is its own from here on */
  arrive(req: IncomingMessage, res: ServerResponse): void
  callApp: RequestListener
  /** whether the app has a route of its own at a path, declared as text */
  hasRoute(path: string): boolean
}

/** The apps, with `matched` in front of each of their handlers, and their errors heard of. */
function reaching(inside: Inside, { kit, failed }: Layering, matched: readonly Handler[]): Reached {
  const servedOf = (req: IncomingMessage) => {
    let served = rememberedOf(req)
    while (served instanceof Served && served.by !== inside) served = served.before
    return served
  }
  const pass = inOrder(matched)
  const inFront: Around = (_route, req, res, next, skip) => {
    const go = () =>
      pass(req, res, (refusal) => {
        if (refusal instanceof Problem) sendProblem(req, res, refusal)
        else if (refusal === 'route') skip()
        else next(refusal)
      })
    // None: the app has made this request itself, and handed it to itself.
    const remembered = servedOf(req)
    if (!remembered) return go()
    remembered.next = skip
    remembering(remembered, go)
  }
  // At phase 1 too: what later phases are compared with must outlive the requests that break the app.
  const forget = watchForgotten()
  kit.onDispose(async () => forget())
  const report: Report = (error, req) => kit.report(error, req)
  const kept = new Map<InnerApp, { guards(): void; watch(): void }>()
  const keep = (app: InnerApp) => {
    let known = kept.get(app)
    if (!known) {
      known = {
        guards: guardMatched(app, inFront, (error, _req, res) => failed(error, res)),
        // What is mounted hands it on to where it is mounted.
        watch: watchErrors(app, (error, req) => app.parent || report(error, req)),
      }
      kept.set(app, known)
    }
    known.guards()
    known.watch()
  }
  for (const app of inside.apps()) keep(app)
  const hasRoute = (path: string) => [...inside.apps()].some((app) => isDeclared(app, path))
  const arrive = (req: IncomingMessage, res: ServerResponse) =>
    remember(req, new Served(inside, rememberedOf(req), req, res, report))
  const callApp = (req: IncomingMessage, res: ServerResponse) => {
    for (const app of inside.apps()) keep(app)
    if (!servedOf(req)) arrive(req, res)
    remembering(servedOf(req)!, () => inside.call(req, res))
  }
  return { arrive, callApp, hasRoute }
}

type Report = (error: unknown, req: IncomingMessage) => void

/** A request on its way through the app. */
class Served implements Remembered {
  next: Remembered['next'] = null
  constructor(
    readonly by: Inside,
    /** as another wrapped app has it, which has handed it on to this one */
    readonly before: Remembered | undefined,
    readonly req: IncomingMessage,
    readonly res: ServerResponse,
    readonly tell: Report,
  ) {}

  report(error: unknown): void {
    this.tell(error, this.req)
  }
}

/** What a layer refuses is answered as problem+json; what it fails at is reported, and answered without a word of it. */
function answerRefusal({ kit }: Layering, refusal: unknown, req: IncomingMessage, res: ServerResponse): void {
  const isWanted = refusal instanceof Problem
  if (!isWanted) kit.report(refusal, req)
  sendProblem(req, res, isWanted ? refusal : new Problem('internal_error'))
}
