import { spawn } from 'node:child_process'
import type { Orders } from './preload/orders.js'
import { childEnvironment, lastLines, resolveCommand } from './target.js'

/**
 * Runs one of the app's own commands (its migrations, its seed) to its end.
 * @param signal ends it
 * @throws when it fails, with the last lines it printed
 */
export function runCommand(
  command: string[],
  cwd: string,
  env: Record<string, string>,
  orders: Orders = { edits: [] },
  signal?: AbortSignal,
): Promise<string> {
  const [program, args] = resolveCommand(command)
  return new Promise((done, failed) => {
    const child = spawn(program, args, {
      cwd,
      env: childEnvironment(env, orders),
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    })
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk))
    child.once('error', failed)
    child.once('close', (code) => {
      if (code === 0) done(printed)
      else failed(new Error(`${command.join(' ')} ended with ${code}:\n${lastLines(printed, env)}`))
    })
  })
}
