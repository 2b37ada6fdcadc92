import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { withoutRun } from '../../../src/run/order.js'
import { atExit } from '../../at-exit.js'
import { freePort } from '../../postgres/free-port.js'
import { assertOwnDatabase } from '../fence.js'
import type { Target, Visitor } from '../gate.js'
import { browsersOf } from '../people/cookie-jar.js'
import type { LineAnswers } from '../preload/answer.js'
import type { Orders } from '../preload/orders.js'
import { closing, endOf, stop } from '../run/ending.js'
import { lastLines } from '../run/last-lines.js'
import { type Coming, isNotPort, obstacleTo, portInUse } from './coming-up.js'
import { ask, NoAnswer } from './http.js'
import { type Line, openLine } from './line.js'
import { signalGroup } from './process-group.js'
import { asWritten } from './scratch.js'
import { type Surroundings, surroundings } from './surroundings.js'

/** The app under test did not start, or ended. */
export class TargetError extends Error {
  /**
   * @param output everything that the process printed; the message has its last lines, without secrets
   * @param env the variables it was given
   * @param cause of an app that ended: the request that it did not answer
   */
  constructor(
    readonly what: string,
    readonly output: string,
    env: Record<string, string> = {},
    cause?: unknown,
  ) {
    super(`${what}\n${lastLines(output, env)}`, { cause })
    this.name = 'TargetError'
  }
}

export interface TargetOptions {
  command: string[]
  cwd: string
  env: Record<string, string>
  orders: Orders
  /** sent with every request that does not set them itself */
  headers?: Record<string, string>
  /** whether a request was recorded as a stream of events; default: none */
  isStream?: (method: string, path: string) => boolean
  /** the path that answers below 500 once the app serves; null: it serves once its server accepts requests */
  health: string | null
  /** ends the start */
  signal?: AbortSignal
}

/** Matches the first line of a `TargetError` of a start. */
export const NOT_SERVED =
  /the app (?:could not be started: |ended \(.{1,40}\) (?:before|as soon as) it served|did not (?:answer \S{1,200}|take a request) within )/

/**
 * How long an app may take until it serves, and how long an obstacle that does not go away may last.
 * Milliseconds.
 */
const PATIENCE_MS = 60_000
const LASTING_MS = 8_000

/** How long the last output of an app that has ended may take, where another process holds its pipe open. Milliseconds. */
const LAST_LINES_MS = 5_000

/** How often an app gets another request that answers, but does not serve, and one that has not reported a port. Milliseconds. */
const AGAIN_MS = 40
const UNHEARD_MS = 250

/** Runs `node` with the Node of this process, so that a machine with several tests the right one. */
export function resolveCommand([program, ...args]: string[]): [string, string[]] {
  return [program === 'node' ? process.execPath : program!, args]
}

/** Folders of apps that find usertwo by another way than the links there. */
const unlinked = new Set<string>()

/** The app has loaded a usertwo that the gate did not edit, which would prove nothing. */
class NotReached extends Error {
  constructor() {
    super(
      'the gate’s instruments did not reach the usertwo that the app has loaded, which is bundled into the app or another' +
        ' copy than the one found from its folder; keep it out of the bundle (esbuild: --external:usertwo), and install it once',
    )
  }
}

/** A running app that answers questions only its own process can answer. */
export interface StartedTarget extends Target {
  tell<Name extends keyof LineAnswers>(name: Name): Promise<LineAnswers[Name]>
}

/**
 * Starts the real app as a child process in its own process group, on a free loopback port.
 *
 * @throws TargetError if the app ends or does not answer in time
 */
export async function startTarget(options: TargetOptions): Promise<StartedTarget> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const folder = asWritten(options.cwd)
    const links = !unlinked.has(folder)
    try {
      return await startOnce(options, port, links)
    } catch (error) {
      if (error instanceof NotReached && links) {
        unlinked.add(folder)
        continue
      }
      // Another process may take a free port before the app listens on it.
      const taken = error instanceof TargetError && portInUse(error.message, port) === port
      if (!taken || attempt === 3) throw error
    }
  }
}

async function startOnce(options: TargetOptions, port: number, links: boolean): Promise<StartedTarget> {
  const { cwd, orders } = options
  const signature = randomUUID()
  const line = await openLine()
  const given = { ...options.env, PORT: String(port), HOST: '127.0.0.1' }
  let around: Surroundings
  try {
    around = surroundings(cwd, given, { ...orders, signature }, line.path, links)
  } catch (error) {
    line.close()
    throw error
  }
  const { command, env } = withoutRun(options.command, around.env, cwd)
  const [program, args] = resolveCommand(command)
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const forget = atExit(() => signalGroup(child, 'SIGKILL'))
  const end = async () => {
    await stop(child)
    forget()
    line.close()
    around.release()
  }
  const printed = { both: '', stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.on('data', (chunk) => {
      printed[name] += chunk
      printed.both += chunk
    })
  const url = `http://127.0.0.1:${port}`
  const { listening, heard } = line
  const app: Coming = { port, health: options.health, signature, env: options.env, listening, heard }
  try {
    await serving(child, app, options, () => asWritten(printed.both))
    if (orders.edits.length || orders.replace?.length || orders.config) await assertEdited(line, links)
  } catch (error) {
    const ended = endedOnce(child)
    await end()
    if (error instanceof TargetError || !ended) throw error
    throw new TargetError(ended, asWritten(printed.both), options.env)
  }
  if (orders.epoch !== undefined) line.tellAll('timersHeld')
  return {
    url,
    ...client(url, child, options, printed),
    output: (stream) => asWritten(printed[stream ?? 'both']),
    tell: line.ask,
    statements: () => line.ask('statements'),
    namesRead: () => line.ask('namesRead'),
    jobs: () => line.ask('jobs'),
    callTimers: () => line.ask('timersCalled'),
    counters: () => line.ask('counters'),
    stop: end,
  }
}

/** Says how an app ended that had answered. */
function endedOnce({ exitCode, signalCode }: ChildProcess): string {
  if (exitCode === null && signalCode === null) return ''
  return `the app ended (${signalCode ?? `exit code ${exitCode}`}) as soon as it served`
}

/**
 * Sends requests as visitors do, with the headers that the app always needs.
 *
 * @param printed what the process has printed so far
 */
function client(
  url: string,
  child: ChildProcess,
  { headers = {}, env, isStream }: TargetOptions,
  printed: { both: string },
): Pick<StartedTarget, 'ask' | 'headersOf'> {
  /** Returns the headers of the app, except those that a visitor sends. */
  const own = (but: readonly string[], as?: Visitor) => {
    const spoken = new Set([...but, ...Object.keys(as?.headers ?? {})])
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !spoken.has(name)))
  }
  const browsers = browsersOf(env)
  return {
    headersOf: (visitor) => ({ ...own([], visitor), ...visitor.headers }),
    ask: async (method, path, how = {}) => {
      const browser = browsers(how)
      const before = printed.both.length
      try {
        const answer = await ask(url, method, path, {
          ...how,
          isStream: isStream?.(method, path),
          headers: { ...own(how.without ?? [], how.as), ...how.headers, ...browser?.sends },
        })
        browser?.jar.take(answer.headers['set-cookie'])
        return answer
      } catch (error) {
        if (error instanceof NoAnswer) error.printed = () => asWritten(printed.both.slice(before))
        const ended = await endOf(child, (error as Error).cause ?? error)
        if (!ended) throw error
        const what = `${method} ${path}: the app ended (${ended}) instead of answering`
        throw new TargetError(what, asWritten(printed.both), env, error)
      }
    },
  }
}

/** @throws NotReached */
async function assertEdited(line: Line, links: boolean): Promise<void> {
  const found = await line.ask('toolkit')
  // With links, one of two copies may be missed; the loader reaches both, except modules that a mutant brings along.
  if (found === 'not edited' || (links && found === 'partly edited')) throw new NotReached()
}

async function serving(
  child: ChildProcess,
  app: Coming,
  { orders: { fence }, signal }: TargetOptions,
  printed: () => string,
): Promise<void> {
  const { port, health, env } = app
  const began = performance.now()
  const gone = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`the app could not be started: ${error.message}`))
    child.once('exit', async (code, signal) => {
      // The last lines, with the reason, may still be in the pipe, and a child of the app may hold it open.
      await closing(child, LAST_LINES_MS)
      const wanted = portInUse(printed(), port) ?? port
      const why = wanted === port ? '' : `: port ${wanted} is in use, and ${isNotPort(port)}`
      resolve(`the app ended (${signal ?? `exit code ${code}`}) before it served${why}`)
    })
  })
  let [what, lastsSince] = ['', Number.NaN]
  for (;;) {
    const heard = app.heard()
    const seen = await Promise.race([gone, obstacleTo(app)])
    assertOwnDatabase(fence)
    if (signal?.aborted) throw new Error('the check is over')
    if (seen === null) return void (await nextTurn()) // by then everything it printed before its answer is read
    if (typeof seen === 'string') throw new TargetError(seen, printed(), env)
    const now = performance.now()
    what = seen.what || what
    lastsSince = seen.lasts ? lastsSince || now : Number.NaN
    if (now - began > PATIENCE_MS || now - lastsSince > LASTING_MS) break
    // Nothing of it answers before it says that it listens, unless the preload does not reach it.
    await Promise.race(what ? [gone, sleep(AGAIN_MS)] : [gone, heard, sleep(UNHEARD_MS)])
  }
  const waited = Math.round((performance.now() - began) / 1000)
  const why = what && `: ${what}`
  const missed = health === null ? 'take a request' : `answer ${health}`
  throw new TargetError(`the app did not ${missed} within ${waited} s${why}`, printed(), env)
}
