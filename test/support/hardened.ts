import { createServer, type RequestListener, type Server } from 'node:http'
import { shownAddresses } from '../../src/config/addresses.js'
import { type ConfigInput, parseConfig } from '../../src/config/config.js'
import { isOn } from '../../src/config/dial.js'
import { parseSettings } from '../../src/config/settings.js'
import type { Kit, Setup } from '../../src/core/kit.js'
import { asInnerApp } from '../../src/express/inner-app.js'
import { layered, oneApp } from '../../src/layers.js'
import { hardening } from '../../src/phases/2-hardening/phase.js'
import { makeLog, makeOwnLog } from '../../src/redaction/log.js'

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
  userOf?: Kit['userOf']
}

/** A kit for tests of layers that need no database. */
export function testKit({ env = {}, config = {}, userOf = () => null }: Options = {}): Setup & {
  lines: string[]
  failures: Failure[]
  dispose(): Promise<void>
} {
  const settings = parseSettings({ ENVIRONMENT: 'test', USERTWO_PHASE: '2', ...env })
  const failures: Failure[] = []
  const excuses: Parameters<Setup['excuse']>[0][] = []
  const closers: (() => Promise<void>)[] = []
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const log = makeLog(settings, destination)
  const parsed = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    ...config,
  })
  return {
    config: parsed,
    settings,
    at: shownAddresses(parsed, settings),
    dial: settings.USERTWO_PHASE,
    has: (phase) => isOn(phase, settings.USERTWO_PHASE),
    knowsPeople: isOn('auth', settings.USERTWO_PHASE) && settings.USER_MGMT_ENABLED,
    // A layer of this phase that asked for the database would fail here.
    get db(): never {
      throw new Error('this test has no database')
    },
    preparesStatements: true,
    log,
    ownLog: makeOwnLog(settings, destination),
    clock: { now: () => new Date() },
    userOf,
    report(error) {
      if (!excuses.some((isExcused) => isExcused(error))) log.error({ err: error })
    },
    ready: async () => {},
    recordProblem: () => null,
    closeRegistration: () => {},
    onRegistered: () => {},
    onArrival: () => {},
    onFailed: (note) => void failures.push(note),
    onServer: () => {},
    excuse: (isExcused) => void excuses.push(isExcused),
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

/** An app behind the layers of phase 2 alone, mounted as `usertwo()` mounts them. */
export function hardened(app: RequestListener, options: Options = {}): Hardened {
  const kit = testKit(options)
  hardening.setup!(kit)
  const listener = layered(
    oneApp(asInnerApp(app)),
    {
      kit,
      failed(error, res) {
        for (const note of kit.failures) note(error, res)
      },
      readiness: async () => ({ ready: true, dial: kit.dial, registration: 'closed' }),
    },
    [hardening],
  )
  return { server: createServer(listener), kit, lines: kit.lines, dispose: kit.dispose }
}
