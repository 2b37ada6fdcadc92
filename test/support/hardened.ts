import { createServer, type RequestListener, type Server } from 'node:http'
import express, { type Request, type Response } from 'express'
import { type ConfigInput, parseConfig } from '../../src/core/config.js'
import type { Person } from '../../src/core/context.js'
import { isOn } from '../../src/core/dial.js'
import type { Kit, Setup } from '../../src/core/kit.js'
import { Problem, sendProblem } from '../../src/core/problem.js'
import { parseSettings } from '../../src/core/settings.js'
import { asInnerApp, callInner } from '../../src/express/inner-app.js'
import { guardMatched } from '../../src/express/matched.js'
import { hardening } from '../../src/phases/2-hardening/phase.js'
import type { Layer } from '../../src/phases/phase.js'
import { makeLog } from '../../src/redaction/log.js'

export interface Hardened {
  server: Server
  kit: Kit
  /** what the toolkit logged, line by line */
  lines: string[]
  dispose(): Promise<void>
}

type Failure = Parameters<Setup['onFailed']>[0]

interface Options {
  env?: Record<string, string>
  config?: Partial<ConfigInput>
  userOf?: (req: Request) => Person | null
}

/** A kit for tests of layers that need no database. */
export function testKit({ env = {}, config = {}, userOf = () => null }: Options = {}): Setup & {
  lines: string[]
  failures: Failure[]
  dispose(): Promise<void>
} {
  const settings = parseSettings({ ENVIRONMENT: 'test', USERTWO_PHASE: '2', ...env })
  const failures: Failure[] = []
  const closers: (() => Promise<void>)[] = []
  const lines: string[] = []
  const log = makeLog(settings, { write: (line) => void lines.push(line) })
  return {
    config: parseConfig({
      app: { start: ['node', 'server.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
      ...config,
    }),
    settings,
    dial: settings.USERTWO_PHASE,
    has: (phase) => isOn(phase, settings.USERTWO_PHASE),
    knowsPeople: isOn('auth', settings.USERTWO_PHASE) && settings.USER_MGMT_ENABLED,
    // A layer of this phase that asked for the database would fail here.
    get db(): never {
      throw new Error('this test has no database')
    },
    preparesStatements: true,
    log,
    clock: { now: () => new Date() },
    userOf,
    report: (error) => log.error({ err: error }),
    ready: async () => {},
    recordProblem: () => null,
    closeRegistration: () => {},
    onRegistered: () => {},
    onArrival: () => {},
    onFailed: (note) => void failures.push(note),
    onServer: () => {},
    excuse: () => {},
    registrationOpen: () => false,
    registered: async () => {},
    onDispose: (close) => void closers.push(close),
    lines,
    failures,
    dispose: async () => {
      for (const close of closers) await close()
    },
  }
}

/** An app behind layers of phase 2, mounted as `usertwo()` mounts them. */
export function hardened(app: RequestListener, options: Options = {}): Hardened {
  const inner = asInnerApp(app)
  const kit = testKit(options)
  hardening.setup!(kit)
  const make = (place: Layer['place']) =>
    hardening.layers.filter((layer) => layer.place === place).map((layer) => layer.make(kit))
  const outer = express()
  outer.disable('x-powered-by')
  for (const handler of make('outer')) outer.use(handler)
  const matched = make('matched')
  const scan = guardMatched(
    inner,
    (_route, req, res, next, skip) => {
      const run = (at: number, error?: unknown): void => {
        const handler = matched[at]
        if (error instanceof Problem) sendProblem(req as Request, res as Response, error)
        else if (error === 'route') skip()
        else if (error !== undefined || !handler) next(error)
        else handler(req as Request, res as Response, (refused) => run(at + 1, refused))
      }
      run(0)
    },
    (error, _req, res) => {
      for (const note of kit.failures) note(error, res)
    },
  )
  outer.use((req, res) => {
    scan()
    callInner(inner, req, res)
  })
  outer.use((error: unknown, req: Request, res: Response, _next: unknown) =>
    sendProblem(req, res, error instanceof Problem ? error : new Problem('internal_error')),
  )
  return { server: createServer(outer), kit, lines: kit.lines, dispose: kit.dispose }
}
