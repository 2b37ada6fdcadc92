import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/**
 * Starts the program of a server, and waits for the line by which it says that it is ready.
 *
 * @param how `name`: in words; `output`: the stream on which it prints lines; `isReady`: whether a line says so
 * @throws Error with its last lines, if it ends before
 */
export async function startedServer(
  program: string,
  args: readonly string[],
  {
    name,
    output,
    isReady,
    env,
  }: {
    name: string
    output: 'stdout' | 'stderr'
    isReady: (line: string) => boolean
    env?: NodeJS.ProcessEnv
  },
): Promise<ChildProcess> {
  const stdio = (stream: 'stdout' | 'stderr') => (stream === output ? 'pipe' : 'ignore')
  const child = spawn(program, args, { env, stdio: ['ignore', stdio('stdout'), stdio('stderr')] })
  const said: string[] = []
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', () => reject(new Error(`${name} ended: ${said.slice(-5).join(' | ')}`)))
      createInterface({ input: child[output]! }).on('line', (line) => {
        said.push(line)
        if (isReady(line)) resolve()
      })
    })
  } catch (error) {
    await killServer(child)
    throw error
  }
  return child
}

/** Ends a server at once, as a crash does. */
export async function killServer(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
