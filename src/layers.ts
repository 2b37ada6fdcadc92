import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Problem, sendProblem } from './core/problem.js'
import { type Remembered, remember, rememberedOf, remembering, watchForgotten } from './express/forgotten.js'
import { type Handler, inOrder } from './express/handler.js'
import { callInner, type InnerApp, notePassedOn } from './express/inner-app.js'
import { type Around, guardMatched, isDeclared, watchErrors } from './express/matched.js'
import { goOnward, wentThrough } from './express/server-events.js'
import { measured } from './metrics/metrics.js'
import { phases } from './phases/index.js'
import type { Layer, Phase } from './phases/phase.js'
import { readyRoute } from './ready.js'
import type { Runtime } from './runtime.js'

/** The apps behind the layers. */
export interface Inside {
  /** the Express apps known so far */
  apps(): Iterable<InnerApp>
  /** passes a request to them */
  call: RequestListener
  /** passes on a request that is not for them, such as an upgrade; true: it was passed on */
  leave(req: IncomingMessage): boolean
}

/** Returns the one app that `usertwo()` wraps. */
export const oneApp = (app: InnerApp): Inside => ({
  apps: () => [app],
  call: (req, res) => callInner(app, req, res),
  leave: goOnward,
})

/** The parts of a runtime that layers need. */
type Layering = Pick<Runtime, 'kit' | 'failed' | 'readiness'>

/** Builds the layers in order: by phase, and within a phase as listed in its index. */
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
    active.flatMap((phase) => at('param', phase)),
  )
  const ready = readyRoute(kit.config, runtime.readiness, hasRoute)
  const own = [ready, measured(kit, 'answer', hasRoute) ?? []].flat()
  // These routes are usertwo's, so they come before the login.
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
  /** attributes the promises that the request forgets to it from here on */
  arrive(req: IncomingMessage, res: ServerResponse): void
  callApp: RequestListener
  /** whether the app declares a route at a path as text */
  hasRoute(path: string): boolean
}

/** Puts `matched` before each handler of the apps, `param` before each callback of a parameter, and reports their errors. */
function reaching(
  inside: Inside,
  { kit, failed }: Layering,
  matched: readonly Handler[],
  param: readonly Handler[],
): Reached {
  const servedOf = (req: IncomingMessage) => {
    let served = rememberedOf(req)
    while (served instanceof Served && served.by !== inside) served = served.before
    return served
  }
  const [passMatched, passParam] = [inOrder(matched), inOrder(param)]
  const inFront: Around = ({ kind }, req, res, next, skip) => {
    const pass = kind === 'param' ? passParam : passMatched
    const go = () =>
      pass(req, res, (refusal) => {
        if (refusal instanceof Problem) sendProblem(req, res, refusal)
        else if (refusal === 'route') skip()
        else next(refusal)
      })
    // Not found: the app created this request itself and passed it to itself.
    const remembered = servedOf(req)
    if (!remembered) return go()
    remembered.next = skip
    remembering(remembered, go)
  }
  // Also at phase 1: the baseline must outlive requests that break the app.
  const forget = watchForgotten()
  kit.onDispose(async () => forget())
  const report: Report = (error, req) => kit.report(error, req)
  const kept = new Map<InnerApp, { guards(): void; watch(): void }>()
  const keep = (app: InnerApp) => {
    let known = kept.get(app)
    if (!known) {
      known = {
        guards: guardMatched(app, inFront, (error, _req, res) => failed(error, res)),
        // A mounted app passes the error on to its parent.
        watch: watchErrors(app, (error, req) => app.parent || report(error, req)),
      }
      kept.set(app, known)
      // It would be removed from each answer, and V8 then reads the whole head more slowly.
      if (kit.has('hardening')) app.set('x-powered-by', false)
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
    notePassedOn(req)
    if (!servedOf(req)) arrive(req, res)
    remembering(servedOf(req)!, () => inside.call(req, res))
  }
  return { arrive, callApp, hasRoute }
}

type Report = (error: unknown, req: IncomingMessage) => void

/** A request that passes through the app. */
class Served implements Remembered {
  next: Remembered['next'] = null
  readonly method?: string
  constructor(
    readonly by: Inside,
    /** the record of another wrapped app that passed the request on to this one */
    readonly before: Remembered | undefined,
    readonly req: IncomingMessage,
    readonly res: ServerResponse,
    readonly tell: Report,
  ) {
    this.method = req.method
  }

  report(error: unknown): void {
    this.tell(error, this.req)
  }
}

/** Responds to a refusal as problem+json. Other errors are reported and not revealed. */
function answerRefusal({ kit }: Layering, refusal: unknown, req: IncomingMessage, res: ServerResponse): void {
  const isWanted = refusal instanceof Problem
  if (!isWanted) kit.report(refusal, req)
  sendProblem(req, res, isWanted ? refusal : new Problem('internal_error'))
}
