import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ask } from '../../proof/gate/app/http.js'
import { signalGroup } from '../../proof/gate/app/process-group.js'
import { resolveCommand } from '../../proof/gate/app/target.js'
import type { Project } from '../../proof/gate/project.js'
import { withoutRun } from '../../src/run/order.js'

export interface ServeOptions {
  project: Project
  port: number
  /** variables in addition to the environment of this process and the port */
  env: Record<string, string>
  /** the file for all its output, overwritten at each start */
  logFile: string
  signal: AbortSignal
}

export interface Served {
  /** resolves with the reason when the app has ended */
  ended: Promise<string>
  stop(): Promise<void>
}

const PRELOAD = fileURLToPath(new URL('./ends-with-parent.js', import.meta.url))
const PATIENCE_MS = 60_000

/**
 * Serves the app as a child process on 127.0.0.1, and waits until it responds.
 * @throws with the last lines it printed if it ends or does not respond
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const { project, port, env, logFile, signal } = options
  const log = openSync(logFile, 'w', 0o600)
  const inherited = [process.env.NODE_OPTIONS, `--require ${JSON.stringify(PRELOAD)}`]
    .filter(Boolean)
    .join(' ')
  const given = { ...process.env, ...env, PORT: String(port), HOST: '127.0.0.1', NODE_OPTIONS: inherited }
  const started = withoutRun(project.config.app.start, given, project.folder)
  const [program, args] = resolveCommand(started.command)
  const child = spawn(program, args, {
    cwd: project.folder,
    env: started.env,
    stdio: ['ignore', log, log, 'ipc'],
    // Ctrl-C in the terminal is handled by this process, which then stops the app gracefully.
    detached: true,
  })
  closeSync(log)
  const ended = new Promise<string>((done) => {
    child.once('error', (error) => done(`The app could not be started: ${error.message}`))
    child.once('exit', (code, name) => done(`The app ended (${name ?? `exit code ${code}`}).`))
  }).then((why) => `${why}\n${lastLines(logFile)}`)
  try {
    await answers(`http://127.0.0.1:${port}`, project.config.app.health, ended, signal)
  } catch (error) {
    await stop(child)
    throw error
  }
  return { ended, stop: () => stop(child) }
}

async function answers(url: string, health: string, ended: Promise<string>, signal: AbortSignal) {
  const gone = ended.then((why) => {
    throw new Error(why)
  })
  gone.catch(() => {})
  const until = performance.now() + PATIENCE_MS
  while (performance.now() < until) {
    signal.throwIfAborted()
    const answer = ask(url, 'GET', health, { timeout: 2_000 }).then(
      ({ status }) => status < 500,
      () => false,
    )
    if (await Promise.race([answer, gone])) return
    await Promise.race([sleep(50), gone])
  }
  throw new Error(`The app did not respond to ${health} within ${PATIENCE_MS / 1000} s.`)
}

/** Sends the app's process group SIGTERM, and SIGKILL after five seconds. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return
  const exited = new Promise((done) => child.once('exit', done))
  signalGroup(child, 'SIGTERM')
  const late = setTimeout(() => signalGroup(child, 'SIGKILL'), 5_000)
  await exited
  clearTimeout(late)
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-15).join('\n')
}
