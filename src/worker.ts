import { type ConfigInput, parseConfig } from './config/config.js'
import { parseSettings } from './config/settings.js'
import { printWithoutStack } from './core/process/start-errors.js'
import { makeRuntime, type Runtime } from './runtime.js'

/** A process that works through jobs. */
export interface WorkerProcess {
  /** Closes what usertwo opened; the app's own handles stay open. */
  dispose(): Promise<void>
}

/**
 * Starts the layers in a process that serves no app, such as a queue worker or a script. It needs the same
 * environment as the app, `USERTWO_PHASE` and `JWT_SECRET` included. Call `scope(db)` too; then do jobs in
 * `asInjectedUser`, `forEachUser`, `asUser` or `asSystem`: any other query on users' rows is refused.
 *
 * @example
 * await startWorker(config)
 * new Worker('export', (job) => asInjectedUser(job.data, writeExport))
 * @throws ConfigError for an invalid configuration or environment; rejects if the database does not answer,
 *   or lacks what the dial needs
 */
export async function startWorker(input: ConfigInput): Promise<WorkerProcess> {
  let runtime: Runtime | undefined
  try {
    const config = parseConfig(input)
    runtime = makeRuntime(config, parseSettings(process.env, config.prefix))
    await runtime.ready()
    return { dispose: runtime.dispose }
  } catch (error) {
    await runtime?.dispose()
    throw printWithoutStack(error)
  }
}
