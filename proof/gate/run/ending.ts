import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { signalGroup } from '../app/process-group.js'

/** Returns how a process that went silent has ended; null if it runs. */
export async function endOf(child: ChildProcess, why: unknown): Promise<string | null> {
  if (!/^(?:ECONNRESET|ECONNREFUSED|EPIPE)$/.test(String((why as { code?: string }).code))) return null
  const isOver = () => child.exitCode !== null || child.signalCode !== null
  // Its sockets close before the process ends, and its last output may still be in the pipe.
  if (!isOver()) await closing(child)
  return isOver() ? (child.signalCode ?? `exit code ${child.exitCode}`) : null
}

/** Waits until all output was read, up to `most` milliseconds: a child of the process may hold the pipe open. */
export async function closing(child: ChildProcess, most = 500): Promise<void> {
  // Every failing request waits for the end, and there may be many at once.
  child.setMaxListeners(0)
  await once(child, 'close', { signal: AbortSignal.timeout(most) }).catch(() => {})
}

/** Asks the process group to end, then kills it. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  signalGroup(child, 'SIGTERM')
  const late = setTimeout(() => signalGroup(child, 'SIGKILL'), 2_000)
  await ended
  clearTimeout(late)
  // A shell ends at once, but the processes that it has started may not.
  signalGroup(child, 'SIGKILL')
}
