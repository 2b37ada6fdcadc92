import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { SECRET } from './wrapped-app.js'

/** Where they lie. */
export const APPS = fileURLToPath(new URL('../run/apps', import.meta.url))
/** The command, as it is built. */
export const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** A command in a process group of its own. */
export interface Running {
  child: ChildProcess
  /** all that it has printed so far */
  said(): string
  /** @throws Error with what it has said, when it ends without a port */
  port(): Promise<number>
  /** its exit code, or the signal that ended it */
  ended: Promise<number | NodeJS.Signals>
  stop(): Promise<void>
}

/** An app of test/run/apps below `usertwo run`, at dial 8; `bare`: without it. */
export function startUnedited(
  command: readonly string[],
  env: Record<string, string | undefined>,
  { bare = false, cwd = APPS } = {},
): Running {
  const own = ['node', CLI, 'run', '--', ...command]
  const [program, ...args] = bare ? command : own
  const { PATH } = process.env
  const child = spawn(program!, args, {
    cwd,
    env: {
      PATH,
      PORT: '0',
      USERTWO_PHASE: '8',
      ENVIRONMENT: 'test',
      JWT_SECRET: SECRET,
      LOG_LEVEL: 'error',
      TRUST_PROXY: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  return {
    child,
    said: () => said,
    ended,
    async port() {
      for (;;) {
        const found = /^port (\d+)$/m.exec(said)
        if (found) return Number(found[1])
        const over = await Promise.race([
          once(child.stdout, 'data').then(() => false),
          ended.then(() => true),
        ])
        if (over) throw new Error(`it ended with ${await ended}: ${said}`)
      }
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      process.kill(-child.pid!, 'SIGTERM')
      const late = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 3_000)
      await ended
      clearTimeout(late)
    },
  }
}
