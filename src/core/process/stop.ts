import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMainThread } from 'node:worker_threads'
import { list } from './patch.js'
import { shared } from './store.js'

/** What a process does on SIGTERM with the servers of one wrapped app. */
export interface Stopping {
  /** seconds in which it serves on while `GET /ready` answers 503, so that a proxy stops sending */
  delay: number
  /** seconds after SIGTERM at which what still runs is cut off */
  limit: number
  /** called once, when SIGTERM arrives, whoever ends the process */
  begin(): void
  /** says what is going on */
  say(line: string): void
  /** closes what the layers opened */
  dispose(): Promise<void>
}

/** How long closing pools may take once the servers are closed. ms */
const CLOSING_MS = 2_000
const POLL_MS = 50
/** A proxy may just be sending by a connection that it kept: such a one is closed a second later than the server. ms */
const KEPT_MS = 1_000

const state = shared('stop', () => ({
  begun: false,
  servers: new Map<Server, Stopping>(),
  handles: [] as WeakRef<object>[],
  /** takes the listener off the process; null: it is not on it */
  release: null as (() => void) | null,
}))

/** Whether SIGTERM has arrived. */
export const isStopping = () => state.begun

/**
 * Ends the process in good order when SIGTERM arrives while `server` listens: requests in flight finish, pools close,
 * exit code 0. An app with a listener of its own for SIGTERM ends itself; then only `begin` is called.
 */
export function stopWith(server: Server, stopping: Stopping): void {
  if (!isMainThread) return
  const add = () => {
    state.servers.set(server, stopping)
    state.release ??= listenForTerm()
    server.once('close', () => {
      state.servers.delete(server)
      if (state.servers.size > 0 || state.begun) return
      state.release?.()
      state.release = null
    })
  }
  if (server.listening) add()
  else server.once('listening', add)
}

/** Notes a handle of the app's database, to be closed once the servers are. */
export function closeWhenStopped(handle: object): void {
  state.handles.push(new WeakRef(handle))
}

function listenForTerm(): () => void {
  const unlist = list({
    of: `process.on('SIGTERM')`,
    why: 'requests in flight finish before the process ends, where the app has no listener of its own',
  })
  process.on('SIGTERM', terminated)
  return () => {
    process.off('SIGTERM', terminated)
    unlist()
  }
}

function terminated(): void {
  if (state.begun) return
  state.begun = true
  const all = [...new Set(state.servers.values())]
  for (const { begin } of all) begin()
  if (othersListen()) return
  void stop(all).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
}

interface ExitEmitter {
  count?: number
}

/** Whether the app ends the process itself. signal-exit only watches: it leaves the end to any other listener. */
function othersListen(): boolean {
  const { __signal_exit_emitter__: version3 } = process as { __signal_exit_emitter__?: ExitEmitter }
  const version4 = (globalThis as Record<symbol, unknown>)[Symbol.for('signal-exit emitter')]
  const watching = [version3, version4 as ExitEmitter | undefined].map((found) => found?.count ?? 0)
  return process.listenerCount('SIGTERM') > 1 + watching.reduce((sum, count) => sum + count, 0)
}

async function stop(all: readonly Stopping[]): Promise<void> {
  const [first] = all
  const delay = Math.max(0, ...all.map((one) => one.delay))
  const limit = Math.max(...all.map((one) => one.limit))
  const latest = performance.now() + limit * 1_000
  first?.say(
    `SIGTERM: GET /ready answers 503; the server closes in ${delay} s, the process ends within ${limit} s`,
  )
  await sleep(delay * 1_000)
  const left = await closed([...state.servers.keys()], latest, delay > 0 ? KEPT_MS : 0)
  if (left > 0) first?.say(`SIGTERM: ${left} connections were cut off after ${limit} s`)
  await Promise.race([close(all), sleep(CLOSING_MS)])
}

/**
 * Closes the servers: no new connection at once, those that are idle after `kept` ms.
 * @returns how many connections were left at the end of the time
 */
async function closed(servers: readonly Server[], latest: number, kept: number): Promise<number> {
  let open = servers.length
  const until = performance.now() + kept
  // That of HTTP closes idle connections at once.
  for (const server of servers) NetServer.prototype.close.call(server, () => open--)
  while (open > 0 && performance.now() < latest) {
    if (performance.now() >= until) for (const server of servers) server.closeIdleConnections?.()
    await sleep(POLL_MS)
  }
  if (open === 0) return 0
  const counts = await Promise.all(servers.map(connectionsOf))
  return counts.reduce((sum, count) => sum + count, 0)
}

const connectionsOf = (server: Server) =>
  new Promise<number>((done) => server.getConnections((_error, count = 0) => done(count)))

async function close(all: readonly Stopping[]): Promise<void> {
  const handles = state.handles.flatMap((one) => one.deref() ?? [])
  await Promise.allSettled([...handles.map(closeHandle), ...all.map(({ dispose }) => dispose())])
}

/** As its library closes it: Prisma, knex and TypeORM, Sequelize, pg. */
async function closeHandle(handle: object): Promise<void> {
  for (const name of ['$disconnect', 'destroy', 'close', 'end']) {
    const method: unknown = Reflect.get(handle, name)
    if (typeof method === 'function') return void (await method.call(handle))
  }
}
