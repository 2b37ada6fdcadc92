import type { Server } from 'node:http'
import { isMainThread } from 'node:worker_threads'
import { list } from './patch.js'
import { shared } from './store.js'

/** What a process does on SIGTERM with the servers of one wrapped app. */
export interface Stopping {
  /** seconds in which it serves on while `GET /ready` answers 503, so that a proxy stops sending */
  delay: number
  /** seconds after SIGTERM at which what still runs is cut off */
  limit: number
  /** called once, when SIGTERM arrives, also if the app ends the process */
  begin(): void
  /** says what is going on */
  say(line: string): void
  /** closes what the layers opened */
  dispose(): Promise<void>
}

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
  // Loaded now: a process that serves needs nothing of it.
  void import('./stop-gently.js')
    .then(({ stopGently }) => stopGently(all, [...state.servers.keys()], appHandles()))
    .then(
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
  const version4: unknown = Reflect.get(globalThis, Symbol.for('signal-exit emitter'))
  const watching = [version3, version4 as ExitEmitter | undefined].map((found) => found?.count ?? 0)
  return process.listenerCount('SIGTERM') > 1 + watching.reduce((sum, count) => sum + count, 0)
}

/** The handles of the app's databases that are in use. */
export const appHandles = () => state.handles.flatMap((one) => one.deref() ?? [])
