import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import express, { type ErrorRequestHandler, type Request, type Response } from 'express'
import { type ConfigInput, parseConfig } from './core/config.js'
import { ConfigError } from './core/config-error.js'
import { openStartup } from './core/context.js'
import { Problem, sendProblem } from './core/problem.js'
import { parseSettings } from './core/settings.js'
import { type Remembered, remembering, watchForgotten } from './express/forgotten.js'
import { asInnerApp, callInner, watchErrors } from './express/inner-app.js'
import { type Failed, guardMatched } from './express/matched.js'
import { goOnward, guardServers, wentThrough } from './express/server-events.js'
import { refuseOtherHosts } from './phases/2-hardening/host-list.js'
import { noteRefusedBody } from './phases/2-hardening/refused-bodies.js'
import { hardenServer } from './phases/2-hardening/request-guards.js'
import { wasForbidden } from './phases/6-isolation/forbidden.js'
import { phases } from './phases/index.js'
import type { Layer, Phase } from './phases/phase.js'
import { readyRoute } from './ready.js'
import { makeRuntime, type Runtime } from './runtime.js'

/** Tells our own app from the one it wraps, for whoever lists routes: an app of Express 5 shares our copy of it. */
const OUTER = Symbol.for('usertwo.outer')

const ISOLATION = 6

/** The wrapped app: a request listener like the app it wraps, with a life of its own. */
export interface Wrapped extends RequestListener {
  /** Waits until `ready`, then serves. Port: PORT; host: all interfaces. */
  listen(port?: number, host?: string): Promise<Server>
  /** The database has been looked at. @throws when it does not answer, or lacks what the dial needs */
  ready(): Promise<void>
  /** Closes the server and everything the layers opened. */
  dispose(): Promise<void>
}

/**
 * Puts the layers of every phase up to the dial (`USERTWO_PHASE`) in front of an existing Express application.
 *
 * @example
 * scope(db)
 * usertwo(app, config).listen(process.env.PORT)
 * @throws ConfigError with everything that is wrong with the configuration and the environment
 */
export function usertwo(app: RequestListener, input: ConfigInput): Wrapped {
  const inner = asInnerApp(app)
  const config = parseConfig(input)
  const settings = parseSettings(process.env, config.prefix)
  for (const note of settings.notes) console.log(note)
  const runtime = makeRuntime(config, settings)
  const listener = settings.USERTWO_PHASE === 0 ? inner : layered(inner, runtime)
  const startup = openStartup(
    config.startup === 'system' ? { kind: 'system', reason: 'start of the app' } : null,
  )

  let server: Server | undefined
  // The first request ends the start as well: an app may have a server of its own.
  const refuses = settings.USERTWO_PHASE < ISOLATION ? refuseOtherHosts(runtime.kit) : null
  const answer: RequestListener = (req, res) => {
    startup.end()
    if (refuses?.(req, res)) return
    // What is no plain request has been looked at, and goes where it went without us.
    if (refuses && goOnward(req)) return
    listener(req, res)
  }
  const wrapped: Wrapped = Object.assign(answer, {
    ready: runtime.ready,
    async listen(port = settings.PORT, host?: string) {
      await runtime.ready()
      startup.end()
      server = settings.USERTWO_PHASE < 2 ? createServer(wrapped) : hardenServer(createServer(wrapped))
      await new Promise<void>((resolve, reject) => {
        server!.once('error', (error) => reject(explainListen(error, port)))
        server!.listen(port, host, resolve)
      })
      return server
    },
    async dispose() {
      await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
      await runtime.dispose()
      startup.dispose()
    },
  })
  // From phase 6 nothing reaches the app past the layers; below, nothing for a name that is not the app's.
  const stop = guardServers(wrapped)
  runtime.kit.onDispose(async () => stop())
  return wrapped
}

/** The one place where the order of layers is decided: by phase, and within a phase as its table of contents says. */
function layered(inner: ReturnType<typeof asInnerApp>, runtime: Runtime): RequestListener {
  const { kit } = runtime
  const active = phases.filter((phase) => phase.number <= kit.dial)
  const layersOf = (some: readonly Phase[]) =>
    some.flatMap((phase) => phase.layers).filter((layer) => !layer.flag || kit.settings[layer.flag])

  const outer = express()
  Object.defineProperty(outer, OUTER, { value: true })
  outer.disable('x-powered-by')
  outer.disable('etag')
  outer.set('trust proxy', kit.settings.TRUST_PROXY)
  const knowsPeople = (phase: Phase) => phase.number >= 4
  for (const layer of placed(layersOf(active.filter((phase) => !knowsPeople(phase))), 'outer'))
    outer.use(layer.make(kit))
  outer.use(readyRoute(inner, kit.config, runtime.readiness))
  for (const layer of placed(layersOf(active.filter(knowsPeople)), 'outer')) outer.use(layer.make(kit))

  const matched = placed(layersOf(active), 'matched').map((layer) => layer.make(kit))
  const failed: Failed = (error, _req, res) => noteRefusedBody(error, res)
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
    failed,
  )
  // At phase 1 too: what later phases are compared with must outlive the requests that break the app.
  const forget = watchForgotten()
  kit.onDispose(async () => forget())
  const report = (error: unknown, req: IncomingMessage) => {
    if (!wasForbidden(error)) kit.report(error, req as Request)
  }
  const keepWatch = watchErrors(inner, report)
  const callApp: RequestListener = (req, res) => {
    keepGuards()
    keepWatch()
    const remembered: Remembered = { next: null, res, report: (error) => report(error, req) }
    requests.set(req, remembered)
    remembering(remembered, () => callInner(inner, req, res))
  }
  outer.use((req, res) => {
    if (!goOnward(req)) callApp(req, res)
  })
  outer.use(answerProblems(runtime))
  const isBack = kit.dial >= ISOLATION ? wentThrough : () => false
  return (req, res) => (isBack(req) ? callApp(req, res) : outer(req, res))
}

function placed(layers: Layer[], place: Layer['place']): Layer[] {
  return layers.filter((layer) => layer.place === place)
}

/** What a layer refuses is answered as problem+json; what it fails at is reported, and answered without a word of it. */
function answerProblems({ kit }: Runtime): ErrorRequestHandler {
  return (error, req, res, _next) => {
    if (error instanceof Problem) return sendProblem(req, res, error)
    kit.report(error, req)
    sendProblem(req, res, new Problem('internal_error'))
  }
}

function explainListen(error: Error & { code?: string }, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  return new ConfigError('The server cannot start', [
    `port ${port} is in use by another process; stop that one, or set PORT to another number`,
  ])
}
