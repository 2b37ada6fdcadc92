import type { IncomingMessage, RequestListener } from 'node:http'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { packages } from './core/packages.js'
import { Problem, sendProblem } from './core/problem.js'
import { type Remembered, remembering, watchForgotten } from './express/forgotten.js'
import { callInner, type InnerApp, watchErrors } from './express/inner-app.js'
import { guardMatched } from './express/matched.js'
import { goOnward, wentThrough } from './express/server-events.js'
import { phases } from './phases/index.js'
import type { Layer, Phase } from './phases/phase.js'
import { readyRoute } from './ready.js'
import type { Runtime } from './runtime.js'

/** Tells our own app from the one it wraps, for whoever lists routes: an app of Express 5 shares our copy of it. */
const OUTER = Symbol.for('usertwo.outer')

/** The one place where the order of layers is decided: by phase, and within a phase as its table of contents says. */
export function layered(inner: InnerApp, runtime: Runtime): RequestListener {
  const { kit } = runtime
  const active = phases.filter(({ number }) => number <= kit.dial)
  const at = (place: Layer['place'], { layers }: Phase) =>
    layers
      .filter((layer) => layer.place === place && (!layer.flag || kit.settings[layer.flag]))
      .map((layer) => layer.make(kit))

  const outer = packages.express()
  Object.defineProperty(outer, OUTER, { value: true })
  outer.disable('x-powered-by')
  outer.disable('etag')
  outer.set('trust proxy', kit.settings.TRUST_PROXY)
  const ready = readyRoute(inner, kit.config, runtime.readiness)
  for (const phase of active) {
    // Open to everybody: before anybody is asked who they are.
    if (phase.name === 'auth') outer.use(ready)
    for (const handler of at('outer', phase)) outer.use(handler)
  }
  if (!kit.has('auth')) outer.use(ready)
  const callApp = reaching(
    inner,
    runtime,
    active.flatMap((phase) => at('matched', phase)),
  )
  outer.use((req, res) => {
    if (!goOnward(req)) callApp(req, res)
  })
  outer.use(answerProblems(runtime))
  const isBack = kit.has('isolation') ? wentThrough : () => false
  return (req, res) => (isBack(req) ? callApp(req, res) : outer(req, res))
}

/** The app, with `matched` in front of each of its handlers, and its errors heard of. */
function reaching(
  inner: InnerApp,
  { kit, failed }: Runtime,
  matched: readonly RequestHandler[],
): RequestListener {
  const requests = new WeakMap<IncomingMessage, Remembered>()
  const keepGuards = guardMatched(
    inner,
    (_route, req, res, next, skip) => {
      // None: the app has made this request itself, and handed it to itself.
      const remembered = requests.get(req)
      if (remembered) remembered.next = skip
      const [request, response] = [req as Request, res as Response]
      const run = (at: number, error?: unknown): void => {
        const handler = matched[at]
        if (error instanceof Problem) sendProblem(request, response, error)
        else if (error === 'route') skip()
        else if (error !== undefined || !handler) next(error)
        else handler(request, response, (refused) => run(at + 1, refused))
      }
      if (remembered) remembering(remembered, () => run(0))
      else run(0)
    },
    (error, _req, res) => failed(error, res),
  )
  // At phase 1 too: what later phases are compared with must outlive the requests that break the app.
  const forget = watchForgotten()
  kit.onDispose(async () => forget())
  const report = (error: unknown, req: IncomingMessage) => kit.report(error, req as Request)
  const keepWatch = watchErrors(inner, report)
  return (req, res) => {
    keepGuards()
    keepWatch()
    const remembered: Remembered = { next: null, res, report: (error) => report(error, req) }
    requests.set(req, remembered)
    remembering(remembered, () => callInner(inner, req, res))
  }
}

/** What a layer refuses is answered as problem+json; what it fails at is reported, and answered without a word of it. */
function answerProblems({ kit }: Runtime): ErrorRequestHandler {
  return (error, req, res, _next) => {
    if (error instanceof Problem) return sendProblem(req, res, error)
    kit.report(error, req)
    sendProblem(req, res, new Problem('internal_error'))
  }
}
