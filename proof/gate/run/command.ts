import { spawn } from 'node:child_process'
import { atExit } from '../../at-exit.js'
import { signalGroup } from '../app/process-group.js'
import { surroundings } from '../app/surroundings.js'
import { resolveCommand } from '../app/target.js'
import { assertOwnDatabase } from '../fence.js'
import type { Orders } from '../preload/orders.js'
import { stop } from './ending.js'
import { lastLines } from './last-lines.js'

/**
 * How often to check whether the command has reached for another database, because it may retry for long.
 * Milliseconds.
 */
const LOOK_MS = 250

/**
 * Runs one of the app's own commands (its migrations, its seed) to its end.
 *
 * @param signal ends it
 * @throws if it fails, with the last lines it printed; OtherDatabase if it reached for another database,
 * whatever its result
 */
export async function runCommand(
  command: string[],
  cwd: string,
  env: Record<string, string>,
  orders: Orders = { edits: [] },
  signal?: AbortSignal,
): Promise<string> {
  const [program, args] = resolveCommand(command)
  const around = surroundings(cwd, env, orders)
  const over = new AbortController()
  const watch = setInterval(() => {
    try {
      assertOwnDatabase(orders.fence)
    } catch {
      over.abort()
    }
  }, LOOK_MS)
  const end = () => over.abort()
  if (signal?.aborted) end()
  signal?.addEventListener('abort', end)
  const ran = new Promise<string>((done, failed) => {
    const child = spawn(program, args, {
      cwd,
      env: around.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // The command may be a shell: the processes that it has started are ended too.
      detached: true,
    })
    const endAll = () => void stop(child)
    if (over.signal.aborted) endAll()
    over.signal.addEventListener('abort', endAll)
    const forget = atExit(() => signalGroup(child, 'SIGKILL'))
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk))
    child.once('error', failed)
    child.once('close', (code) => {
      forget()
      if (code === 0) done(printed)
      else failed(new Error(`${command.join(' ')} ended with ${code}:\n${lastLines(printed, env)}`))
    })
  })
  try {
    return await ran
  } finally {
    clearInterval(watch)
    around.release()
    signal?.removeEventListener('abort', end)
    // Reported instead of the command's own error about the refusal.
    assertOwnDatabase(orders.fence)
  }
}
