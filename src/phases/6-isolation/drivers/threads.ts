import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'
import workers, { type WorkerOptions } from 'node:worker_threads'
import { RUN } from '../../../core/process/own-thread.js'
import { patch } from '../../../core/process/patch.js'

const GUARD = ['--require', fileURLToPath(new URL('./thread-guard.js', import.meta.url))]
/** The options of this process that a thread may get; V8's options apply to the whole process. */
const OF_A_THREAD = /^(?:-r|-C|--require|--import|--loader|--experimental-loader|--conditions)(?:=|$)/

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
        isOwn || process.env[RUN]
          ? options
          : { ...options, execArgv: [...(options.execArgv ?? inherited()), ...GUARD] }
      return Reflect.construct(target, [file, given], made)
    },
  })
}

/** Node takes a thread's options from this process only if none are given. */
function inherited(): string[] {
  const { execArgv } = process
  return execArgv.filter(
    (arg, at) => OF_A_THREAD.test(arg) || (!arg.startsWith('-') && OF_A_THREAD.test(execArgv[at - 1] ?? '')),
  )
}
