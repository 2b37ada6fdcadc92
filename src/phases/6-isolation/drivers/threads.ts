import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'
import workers, {
  getEnvironmentData,
  isMainThread,
  setEnvironmentData,
  type WorkerOptions,
} from 'node:worker_threads'
import { isOn } from '../../../config/dial.js'
import { ConfigError } from '../../../core/config-error.js'
import { RUN } from '../../../core/process/own-thread.js'
import { patch } from '../../../core/process/patch.js'
import { shared } from '../../../core/process/store.js'

const GUARD = ['--require', fileURLToPath(new URL('./thread-guard.js', import.meta.url))]
/** The options of this process that a thread may get; V8's options apply to the whole process. */
const OF_A_THREAD = /^(?:-r|-C|--require|--import|--loader|--experimental-loader|--conditions)(?:=|$)/

const DIAL = 'usertwo: whether users are separated'
const [UNKNOWN, BELOW, SEPARATED] = [0, 1, 2]

/**
 * What the main thread has decided, shared with every thread: one that the app starts while it loads can be older
 * than the decision, since the dial may come from a file that the app itself reads.
 */
function decision(): Int32Array {
  const known = getEnvironmentData(DIAL) as Int32Array | undefined
  if (known) return known
  const made = new Int32Array(new SharedArrayBuffer(4))
  setEnvironmentData(DIAL, made)
  return made
}

/** Lets all threads know whether users are separated from now on. A thread decides for no other. @returns undo */
export function decideForThreads(isSeparated: boolean): () => void {
  if (!isMainThread) return () => {}
  const now = decision()
  const put = (value: number) => {
    Atomics.store(now, 0, value)
    Atomics.notify(now, 0)
  }
  put(isSeparated ? SEPARATED : BELOW)
  return () => put(UNKNOWN)
}

/** Whether users are separated; null: not decided yet, and `then` is called when they are. */
export function areSeparated(then: () => void): boolean | null {
  const now = decision()
  const found = Atomics.load(now, 0)
  if (found !== UNKNOWN) return found === SEPARATED
  const waiting = Atomics.waitAsync(now, 0, UNKNOWN)
  void Promise.resolve(waiting.value).then(() => areSeparated(then) && then())
  return null
}

const state = shared('worker threads', () => ({ hasUnguarded: false }))

/** Puts the guard into each worker thread that is started from now on: `thread-guard.ts`. */
export function guardThreads(): () => void {
  const undo = patch(workers, 'Worker', guarded, {
    of: 'worker_threads.Worker',
    why: 'a thread that connects to PostgreSQL without the layers is refused',
  })
  // For `import { Worker } from 'node:worker_threads'`.
  syncBuiltinESMExports()
  return () => {
    undo()
    syncBuiltinESMExports()
  }
}

function guarded(Worker: typeof workers.Worker): typeof workers.Worker {
  return new Proxy(Worker, {
    construct(target, [file, options = {}]: [string | URL, WorkerOptions?], made) {
      // usertwo's own threads run no code of the app; under `usertwo run` each thread has the layers.
      const isOwn = typeof options.env === 'object' && options.env?.[RUN] === ''
      const given =
        isOwn || process.env[RUN] || !mayBeSeparated()
          ? options
          : { ...options, execArgv: [...(options.execArgv ?? inherited()), ...GUARD] }
      return Reflect.construct(target, [file, given], made)
    },
  })
}

/** Before the decision the environment counts, if it has a dial already. */
function mayBeSeparated(): boolean {
  const found = Atomics.load(decision(), 0)
  if (found !== UNKNOWN) return found === SEPARATED
  const dials = Object.entries(process.env).filter(([name, value]) => name.endsWith('USERTWO_PHASE') && value)
  const may = dials.length === 0 || dials.some(([, value]) => isOn('isolation', Number(value)))
  if (!may) state.hasUnguarded = true
  return may
}

/** @throws ConfigError if a thread has no guard, since the dial in the environment was lower when it began */
export function refuseUnguarded(): void {
  if (state.hasUnguarded)
    throw new ConfigError('The layers cannot start', [
      'the app started a worker thread while USERTWO_PHASE was below 6, and then raised it: set it once, before the process starts',
    ])
}

/** Node takes a thread's options from this process only if none are given. */
function inherited(): string[] {
  const { execArgv } = process
  return execArgv.filter(
    (arg, at) => OF_A_THREAD.test(arg) || (!arg.startsWith('-') && OF_A_THREAD.test(execArgv[at - 1] ?? '')),
  )
}
